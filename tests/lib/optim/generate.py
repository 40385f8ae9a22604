"""Writes golden.json: what PyTorch's optimizers do over 20 steps. Run with bench/.venv/bin/python."""

import json
import math
import pathlib

import torch

STEPS, KEPT = 20, [1, 2, 5, 20]


def start(n):
    return torch.tensor([math.sin(1.7 * i + 0.3) for i in range(n)], dtype=torch.float32)


def loss(a, b, step):
    """Pulls both parameters towards places that move, along paths that bend."""
    ca = torch.tensor([math.cos(0.9 * i + 0.5 * step) for i in range(6)], dtype=torch.float32)
    cb = torch.tensor([math.sin(0.4 * i - 0.8 * step) for i in range(5)], dtype=torch.float32)
    distance = ((a - ca.reshape(3, 2)) ** 2).sum() + ((b * b - cb) ** 2).sum()
    return distance + a.sum() * b.sum()


CASES = {
    "sgd": ("SGD", dict(lr=0.01)),
    "sgd, weight decay": ("SGD", dict(lr=0.01, weight_decay=0.1)),
    "momentum": ("SGD", dict(lr=0.01, momentum=0.9)),
    "momentum, dampening": ("SGD", dict(lr=0.01, momentum=0.9, dampening=0.3)),
    "nesterov": ("SGD", dict(lr=0.01, momentum=0.8, nesterov=True, weight_decay=0.05)),
    "adam": ("Adam", dict()),
    "adam, weight decay": ("Adam", dict(lr=0.02, betas=(0.8, 0.99), weight_decay=0.1)),
    "adamw": ("AdamW", dict()),
    "adamw, options": ("AdamW", dict(lr=0.03, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.2)),
}


def run(name, options, groups=False, clip=None, skip=False):
    a, b = start(6).reshape(3, 2).requires_grad_(), start(5).add(0.5).requires_grad_()
    if groups:
        parameters = [dict(params=[a], lr=0.05), dict(params=[b], weight_decay=0.0)]
    else:
        parameters = [a, b]
    optimizer = getattr(torch.optim, name)(parameters, **options)
    kept, norms = [], []
    for step in range(1, STEPS + 1):
        optimizer.zero_grad()
        loss(a, b, step).backward()
        if skip and step % 3 == 0:
            a.grad = None
        if clip is not None:
            norms.append(torch.nn.utils.clip_grad_norm_([a, b], clip).item())
        optimizer.step()
        if step in KEPT:
            kept.append(a.detach().flatten().tolist() + b.detach().tolist())
    return dict(optimizer=name, options=options, kept=kept, norms=norms)


cases = {title: run(name, options) for title, (name, options) in CASES.items()}
cases["groups"] = run("AdamW", dict(lr=0.01, weight_decay=0.3), groups=True)
cases["clipped"] = run("AdamW", dict(lr=0.01), clip=1.5)
cases["a parameter without gradient at times"] = run("AdamW", dict(lr=0.01), skip=True)
here = pathlib.Path(__file__).parent
with open(here / "golden.json", "w") as file:
    json.dump(dict(kept=KEPT, cases=cases), file, indent=1)
    file.write("\n")
