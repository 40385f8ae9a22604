"""Ten operations on 16 elements: in microseconds, after the first time (in milliseconds)."""

import random
import time

import torch

from common import report

b = torch.tensor([1 + i / 16 for i in range(16)])


def ten_operations(a):
    x = a.add(b).mul(b).sub(a).div(b).exp()
    return x.log().tanh().mul(a).add(b).relu()


def once():
    a = torch.full((16,), random.random())
    started = time.perf_counter()
    ten_operations(a).numpy()
    return (time.perf_counter() - started) * 1e3


first = once()
for _ in range(2000):
    once()
report([once() * 1e3 for _ in range(2000)], first=round(first, 4))
