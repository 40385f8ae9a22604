"""A GPT as nanoGPT has it with bias=False: pre-norm, GELU, tied embedding, no dropout."""

from dataclasses import dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F


@dataclass
class Config:
    layers: int
    width: int
    heads: int
    context: int
    batch: int = 1
    vocab: int = 65


TRAINED = {
    "tiny": Config(layers=2, width=64, heads=2, context=32, batch=8),
    "nano": Config(layers=4, width=128, heads=4, context=64, batch=12),
    "10.7M": Config(layers=6, width=384, heads=6, context=256, batch=8),
}
GENERATED = {
    "0.8M": Config(layers=4, width=128, heads=4, context=256),
    "10.7M": Config(layers=6, width=384, heads=6, context=256),
    "124M": Config(layers=12, width=768, heads=12, context=1024, vocab=50257),
}


class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.heads = c.heads
        self.norm1 = nn.LayerNorm(c.width)
        self.qkv = nn.Linear(c.width, 3 * c.width, bias=False)
        self.project = nn.Linear(c.width, c.width, bias=False)
        self.norm2 = nn.LayerNorm(c.width)
        self.widen = nn.Linear(c.width, 4 * c.width, bias=False)
        self.narrow = nn.Linear(4 * c.width, c.width, bias=False)

    def forward(self, x, cache=None, position=0):
        b, t, d = x.shape
        q, k, v = self.qkv(self.norm1(x)).split(d, 2)
        q, k, v = (z.view(b, t, self.heads, d // self.heads).transpose(1, 2) for z in (q, k, v))
        if cache is not None:  # one buffer for all positions, written in place, read as a view
            end = position + t
            cache[0][:, :, position:end] = k
            cache[1][:, :, position:end] = v
            k, v = cache[0][:, :, :end], cache[1][:, :, :end]
        y = F.scaled_dot_product_attention(q, k, v, is_causal=t > 1)
        x = x + self.project(y.transpose(1, 2).reshape(b, t, d))
        return x + self.narrow(F.gelu(self.widen(self.norm2(x))))


class GPT(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.config = c
        self.tokens = nn.Embedding(c.vocab, c.width)
        self.positions = nn.Embedding(c.context, c.width)
        self.blocks = nn.ModuleList(Block(c) for _ in range(c.layers))
        self.norm = nn.LayerNorm(c.width)
        self.head = nn.Linear(c.width, c.vocab, bias=False)
        nn.init.normal_(self.tokens.weight, std=0.02)
        self.head.weight = self.tokens.weight
        self.register_buffer("places", torch.arange(c.context), persistent=False)

    def forward(self, tokens, targets):
        x = self.tokens(tokens) + self.positions(self.places[: tokens.shape[1]])
        for block in self.blocks:
            x = block(x)
        logits = self.head(self.norm(x))
        return F.cross_entropy(logits.view(-1, self.config.vocab), targets.view(-1))

    def next_logits(self, tokens, caches, position):
        """Logits after the last of `tokens` [1, t], which stand at `position` and after."""
        end = position + tokens.shape[1]
        x = self.tokens(tokens) + self.positions(self.places[position:end])
        for block, cache in zip(self.blocks, caches):
            x = block(x, cache, position)
        return self.head(self.norm(x[:, -1]))

    def new_caches(self):
        c = self.config
        shape = (2, 1, c.heads, c.context, c.width // c.heads)
        return [torch.zeros(shape) for _ in range(c.layers)]
