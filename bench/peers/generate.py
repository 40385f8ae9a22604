"""Greedy generation with a KV cache, batch 1: `generate.py SIZE [TOKENS]`. Times are per token."""

import sys
import time

import torch

from common import report
from gpt_model import GENERATED, GPT

size = sys.argv[1]
length = int(sys.argv[2]) if len(sys.argv) > 2 else 200
model = GPT(GENERATED[size]).eval()


@torch.inference_mode()
def generate():
    """Milliseconds per token for a prompt of 8 tokens and `length` new ones."""
    caches = model.new_caches()
    tokens = torch.arange(1, 9).view(1, 8)
    started = time.perf_counter()
    position, found = 0, []
    for _ in range(length):
        logits = model.next_logits(tokens, caches, position)
        position += tokens.shape[1]
        tokens = logits.argmax(-1, keepdim=True)
        found.append(tokens.item())
    return (time.perf_counter() - started) * 1e3 / length


generate()
durations = [generate() for _ in range(5)]
report(durations, size=size, tokensPerSecond=round(1e3 / sorted(durations)[2], 1))
