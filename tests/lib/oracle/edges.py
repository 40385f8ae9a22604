"""Where shapes, types and numbers end: scalars taken for vectors, empty tensors, the largest integers, NaN, ties."""

import torch

from examples import f32, grid, i64

nan, inf = float('nan'), float('inf')


def i32(*values):
    return torch.tensor(values, dtype=torch.int32)


def edges(program):
    out = []

    def add(name, inputs, *steps, with_grad=None):
        out.append(program(name, inputs, [list(s) for s in steps], with_grad))

    # a scalar has dimensions 0 and −1 when it is spoken of as a vector
    s = torch.tensor(2.5)
    for d in (0, -1):
        for op in ('sum', 'mean', 'max', 'min', 'prod', 'logsumexp', 'cumsum', 'cumprod', 'softmax', 'logSoftmax', 'squeeze', 'norm'):
            add(f'{op} of a scalar along {d}', [s], (op, [0], [d]))
        for op in ('any', 'all', 'var', 'argmax', 'argsort'):
            add(f'{op} of a scalar along {d}', [s], (op, [0], [d]), with_grad=False)
    add('flip of a scalar', [s], ('flip', [0], [[0]]))
    add('transpose of a scalar', [s], ('transpose', [0], [0, -1]))
    add('movedim of a scalar', [s], ('movedim', [0], [0, 0]))
    add('gather from a scalar', [s, torch.tensor(0)], ('gather', [0, 1], [0]))
    add('indexSelect by a scalar', [f32(1, 2, 3), torch.tensor(1)], ('indexSelect', [0, 1], [0]))

    # nothing
    none, x = torch.zeros(0), grid(2, 3)
    add('cat of nothing and a matrix', [none, x], ('cat', [0, 1], [1]), with_grad=False)
    add('cat of no integers and a matrix', [i64([]), x], ('cat', [0, 1], [0]), with_grad=False)
    add('cat of nothing', [none, none], ('cat', [0, 1], []), with_grad=False)
    for op in ('softmax', 'logSoftmax'):
        add(f'{op} of no columns', [torch.zeros(2, 0)], (op, [0], [1]), with_grad=False)
        add(f'{op} of no rows', [torch.zeros(0, 2)], (op, [0], [0]), with_grad=False)
    add('split of nothing', [torch.zeros(2, 0)], ('split.0', [0], [0, 1]), with_grad=False)
    add('chunk of nothing', [torch.zeros(2, 0)], ('chunk.2', [0], [3, 1]), with_grad=False)
    add('squeeze of several', [grid(1, 2, 1, 3)], ('squeeze', [0], [[0, 1, -2]]))

    # integers that do not fit wrap round, and their order is right to the last
    ends = i32(-(2**31), 2**31 - 1, 5, 0, -1)
    for op in ('min', 'max', 'argmin', 'argmax', 'sum'):
        add(f'{op} of extreme integers', [ends], (op, [0], []))
    for op, others in (('mul', (3, 2**31 - 1)), ('pow', (2, 3)), ('floorDivide', (3, -7)), ('remainder', (3, -7))):
        for other in others:
            add(f'{op} of extreme integers and {other}', [ends], (op, [0], [other]))
    add('product of extreme integers', [i32(65537, 123456789).view(1, 2), i32(65537, 987654321).view(2, 1)], ('matmul', [0, 1], []))
    add('powers of integers', [i64([2, -3, 0, 1, -1, 0]), i64([-1, 3, 0, -5, -3, -1])], ('pow', [0, 1], []))
    u = torch.tensor([1, 200], dtype=torch.uint8)
    add('clamp beyond the type', [u], ('clamp', [0], [-5, 300]))
    add('relu of integers', [i64([3, -2, 0])], ('relu', [0], []))

    # clamp and where
    add('clamp by tensors', [x, grid(3) / 4, grid(3) / 4 + 1], ('clamp', [0, 1, 2], []))
    add('clamp by NaN', [x], ('clamp', [0], ['NaN']), with_grad=False)
    add('where of booleans', [x > 0], ('where', [0], [True, False]))
    add('maskedFill broadcasts both', [f32(1, 2, 3), grid(2, 3) > 0], ('maskedFill', [0, 1], [0.5]))

    # NaN, ties, and slopes where they are steep
    odd = f32(1, nan, 3, 3, 3, 1).view(2, 3)
    for op in ('argmax', 'argmin', 'sort.values'):
        add(f'{op} beside NaN', [odd], (op, [0], [1]), with_grad=False)
    add('slope of std of equal numbers', [f32(1, 1, 2, 3).view(2, 2)], ('std', [0], [1]))
    for p in (0.5, -1):
        add(f'slope of norm at 0, p = {p}', [f32(0, 2, -3)], ('norm', [0], [0, {'p': p}]))
    add('slope of powers of 0', [f32(0, 0, 0, 2), f32(0, 2, -1, 3)], ('pow', [0, 1], []))

    # products
    add('cosineSimilarity broadcasts', [x, grid(2, 1) + 3], ('cosineSimilarity', [0, 1], [{'dim': -1}]))
    add('cosineSimilarity with nothing', [x, torch.zeros(2, 3)], ('cosineSimilarity', [0, 1], [{'dim': -1}]))
    q, k, v = grid(2, 3, 4) / 4, grid(2, 5, 4) / 3, grid(2, 5, 2)
    seen = torch.tensor([[True] * 5, [False] * 5, [True, False, True, False, False]])
    hidden = torch.where(seen, grid(3, 5) / 8, -inf)
    for name, mask in (('a mask', seen), ('numbers', hidden)):
        add(f'attention with {name}, one query blind', [q, k, v, mask], ('scaledDotProductAttention', [0, 1, 2, 3], []))
    add('attention, scaled', [q, k, v], ('scaledDotProductAttention', [0, 1, 2], [{'scale': 0.3}]))
    heads = [grid(1, 4, 2, 3) / 4, grid(1, 2, 3, 3) / 3, grid(1, 2, 3, 2)]
    add('attention, grouped', heads, ('scaledDotProductAttention', [0, 1, 2], [{'enableGqa': True}]))
    return out
