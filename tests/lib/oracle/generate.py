"""Writes golden.generated.json: programs over the library's op vocabulary and what PyTorch makes of them.

    bench/.venv/bin/python tests/lib/oracle/generate.py

A program is a list of inputs and of steps `[op, places, arguments]`; places count inputs and earlier
results. Its value is the last result. For inputs marked `grad` there is the gradient of the sum of
the value's elements times cos(1), cos(2), …; see oracle.test.ts, which replays all of it.
"""

import json
import math
import random
from pathlib import Path

import torch
from ops import DTYPES, OPS

NAMES = {v: k for k, v in DTYPES.items()}


def numbers(t):
    """Rounded to seven digits; what JSON has no word for as text."""
    values = t.detach().flatten().tolist()
    return [compact(v) for v in values]


def compact(v):
    if isinstance(v, bool):
        return int(v)
    if isinstance(v, int):
        return v
    if math.isnan(v):
        return 'NaN'
    if math.isinf(v):
        return 'Infinity' if v > 0 else '-Infinity'
    rounded = float(f'{v:.7g}')
    return int(rounded) if rounded == int(rounded) and abs(rounded) < 1e15 else rounded


def described(t):
    return {'dtype': NAMES[t.dtype], 'shape': list(t.shape), 'values': numbers(t)}


def run(inputs, steps):
    values = list(inputs)
    for op, places, args in steps:
        values.append(OPS[op]([values[i] for i in places], *args))
    return values


def program(name, inputs, steps, with_grad=None):
    """One golden program; float32 inputs get gradients if the value depends on them."""
    is_weighted_loss = steps[0][0] in ('crossEntropy', 'nllLoss', 'bceLoss', 'bceWithLogitsLoss')
    constants = {2} if is_weighted_loss else set()  # PyTorch has no gradients by weights of losses
    leaves = [
        t.clone().requires_grad_(t.dtype == torch.float32 and i not in constants) for i, t in enumerate(inputs)
    ]
    value = run(leaves, steps)[-1]
    entry = {'name': name, 'inputs': [described(t) for t in inputs], 'steps': steps, 'value': described(value)}
    wanted = value.requires_grad if with_grad is None else with_grad
    if wanted:
        weights = torch.cos(torch.arange(1, value.numel() + 1, dtype=torch.float32)).reshape(value.shape)
        total = (value * weights).sum()
        wrt = [i for i, t in enumerate(leaves) if t.requires_grad]
        grads = torch.autograd.grad(total, [leaves[i] for i in wrt], allow_unused=True, materialize_grads=True)
        entry['grads'] = [[i, numbers(g)] for i, g in zip(wrt, grads)]
    return entry


# ---- random programs ----

rng = random.Random(7)


def dim_of(t):
    d = rng.randrange(t.ndim)
    return rng.choice([d, d - t.ndim])


def keep():
    return [{'keepdim': True}] if rng.random() < 0.4 else []


def reduction(t):
    if rng.random() < 0.2:
        return []
    if t.ndim > 1 and rng.random() < 0.3:
        return [sorted(rng.sample(range(t.ndim), 2)), *keep()]
    return [dim_of(t), *keep()]


SMOOTH = 'neg sin cos tanh sigmoid erf gelu silu softplus logSigmoid square'.split()
BENT = 'relu abs elu leakyRelu'.split()


def step(values):
    """A random step on the values so far: (op, places, arguments); None where it does not fit."""
    floats = [i for i, v in enumerate(values) if v.dtype == torch.float32]
    i = rng.choice(floats[-3:])
    x = values[i]
    kind = rng.randrange(12)
    if kind < 2:
        return rng.choice(SMOOTH + BENT), [i], []
    if kind < 4:
        j = rng.choice(floats)
        try:
            torch.broadcast_shapes(x.shape, values[j].shape)
        except RuntimeError:
            return rng.choice(['add', 'mul', 'sub']), [i], [rng.choice([2, 0.5, -1.5])]
        return rng.choice(['add', 'sub', 'mul', 'maximum', 'minimum']), [i, j], []
    if x.ndim == 0:
        return rng.choice(['exp', 'sin', 'square']), [i], []
    if kind == 4:
        return rng.choice(['sum', 'mean', 'max', 'min', 'prod', 'logsumexp']), [i], reduction(x) or [0]
    if kind == 5:
        op = rng.choice(['softmax', 'logSoftmax', 'cumsum', 'cumprod', 'sort.values', 'norm', 'std', 'var'])
        d = dim_of(x)
        if op in ('std', 'var') and x.shape[d] < 2:
            return None
        return op, [i], [d]
    if kind == 6:
        return rng.choice([
            ('reshape', [i], [[-1, *x.shape[:-1]]]),
            ('transpose', [i], [0, -1]),
            ('permute', [i], [rng.sample(range(x.ndim), x.ndim)]),
            ('unsqueeze', [i], [rng.randrange(x.ndim + 1)]),
            ('flatten', [i], []),
            ('squeeze', [i], []),
        ])
    if kind == 7:
        d = dim_of(x)
        n = x.shape[d]
        start = rng.randrange(n)
        return rng.choice([
            ('narrow', [i], [d, start, rng.randint(1, n - start)]),
            ('select', [i], [d, start]),
            ('flip', [i], [[d]]),
            ('roll', [i], [rng.randint(-3, 3), d]),
            ('topk.values', [i], [rng.randint(1, n), d]),
            ('split.0', [i], [rng.randint(1, n), d]),
            ('repeat', [i], [[rng.randint(1, 2) for _ in x.shape]]),
            ('repeatInterleave', [i], [2, d]),
        ])
    if kind == 8:
        pads = [rng.randint(0, 2) for _ in range(2 * rng.randint(1, x.ndim))]
        return 'pad', [i], [pads, {'value': rng.choice([0, 1.5])}]
    if kind == 9 and x.ndim >= 2:
        return rng.choice([
            ('tril', [i], [rng.randint(-1, 1)]),
            ('triu', [i], [rng.randint(-1, 1)]),
            ('diagonal', [i], [rng.randint(-1, 1)]),
            ('layerNorm', [i], []) if x.shape[-1] > 2 else ('rmsNorm', [i], []),
        ])
    if kind == 10:
        partners = [j for j in floats if values[j].ndim == x.ndim >= 2 and values[j].shape == x.shape]
        j = rng.choice(partners) if partners else i
        return rng.choice([('cat', [i, j], [dim_of(x)]), ('stack', [i, j], [0])])
    partners = [j for j in floats if values[j].ndim >= 1 and values[j].shape[-1] == x.shape[-1]]
    j = rng.choice(partners) if partners else i
    if values[j].ndim == 1:
        return 'matmul', [i, j], []
    letters = 'abcd'[: x.ndim - 1]
    return 'einsum', [i, j], [f'{letters}z,{"efgh"[: values[j].ndim - 1]}z->{letters}{"efgh"[: values[j].ndim - 1]}']


def shape():
    return [rng.choice([1, 2, 3, 4]) for _ in range(rng.choice([1, 2, 2, 3]))]


def tame(t):
    return torch.isfinite(t).all() and t.abs().max() < 60


def random_program(number):
    while True:
        shapes = [shape() for _ in range(rng.choice([1, 2]))]
        inputs = [
            torch.tensor([round(rng.gauss(0, 1), 2) for _ in range(math.prod(s))]).reshape(s) for s in shapes
        ]
        values, steps = list(inputs), []
        for _ in range(rng.randint(3, 6)):
            made = step(values)
            if made is None:
                continue
            result = run(values, [made])[-1]
            if result.numel() == 0 or result.numel() > 60 or not tame(result):
                continue
            values.append(result)
            steps.append(list(made))
        if len(steps) < 3:
            continue
        entry = program(f'program {number}', inputs, steps)
        if any(abs(g) > 200 for _, gs in entry.get('grads', []) for g in gs if not isinstance(g, str)):
            continue
        if 'NaN' not in json.dumps(entry):
            return entry


if __name__ == '__main__':
    from edges import edges
    from examples import examples

    programs = [random_program(i) for i in range(300)] + examples(program) + edges(program)
    lines = ',\n'.join(json.dumps(entry, separators=(',', ':')) for entry in programs)
    target = Path(__file__).with_name('golden.generated.json')
    target.write_text(f'[\n{lines}\n]\n')
    print(f'{len(programs)} programs, {target.stat().st_size / 1e3:.0f} kB')
