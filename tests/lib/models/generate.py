"""Writes golden.generated.json: what PyTorch computes with the models' weights, for the tests beside this file.

    bench/.venv/bin/python tests/lib/models/generate.py

The models are written here with PyTorch's own functions. Weights come from a formula that
support.ts has too, so that none are stored. Weights of linear layers are [in, out], as ours are.
"""

import json
import math
from pathlib import Path

import torch
import torch.nn.functional as F


class Weights:
    """Parameters by name, made when asked for first: element k of the p-th is sin(p + 1.7 k) / 4."""

    def __init__(self):
        self.made = {}

    def __call__(self, name, *shape):
        if name not in self.made:
            k = torch.arange(math.prod(shape), dtype=torch.float64)
            values = torch.sin(len(self.made) + 1.7 * k) / 4
            self.made[name] = values.reshape(shape).float().requires_grad_()
        return self.made[name]

    def gradient_norms(self):
        return {name: w.grad.norm().item() for name, w in self.made.items()}


def ids(vocabulary, batch, length, step):
    """Tokens by a formula too: (i * step + 1) mod vocabulary."""
    return (torch.arange(batch * length) * step + 1).remainder(vocabulary).reshape(batch, length)


def rotate_half(x, base):
    length, d = x.shape[-2:]
    angles = torch.arange(length)[:, None] * base ** (-torch.arange(0, d, 2) / d)
    cos, sin = torch.cat([angles.cos()] * 2, -1), torch.cat([angles.sin()] * 2, -1)
    a, b = x.chunk(2, -1)
    return x * cos + torch.cat([-b, a], -1) * sin


def gpt(w, tokens, *, V, C, layers, heads, kv, E, ff, llama):
    def norm(name, x):
        if llama:
            return F.rms_norm(x, (E,), w(name + ".weight", E), 1e-5)
        return F.layer_norm(x, (E,), w(name + ".weight", E), w(name + ".bias", E), 1e-5)

    def linear(name, x, n):
        y = x @ w(name + ".weight", x.shape[-1], n)
        return y if llama else y + w(name + ".bias", n)

    d = E // heads
    x = F.embedding(tokens, w("tokenEmbedding.weight", V, E))
    B, T = tokens.shape
    if not llama:
        x = x + w("positionEmbedding.weight", C, E)[:T]
    for n in range(layers):
        at = f"blocks.{n}."
        qkv = linear(at + "attention.qkv", norm(at + "norm1", x), (heads + 2 * kv) * d)
        q, k, v = (y.view(B, T, -1, d).transpose(1, 2) for y in qkv.split([E, kv * d, kv * d], -1))
        if llama:
            q, k = rotate_half(q, 10_000), rotate_half(k, 10_000)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True)
        x = x + linear(at + "attention.output", y.transpose(1, 2).reshape(B, T, E), E)
        h = norm(at + "norm2", x)
        if llama:
            h = F.silu(linear(at + "feedForward.gate", h, ff)) * linear(at + "feedForward.up", h, ff)
        else:
            h = F.gelu(linear(at + "feedForward.up", h, ff), approximate="tanh")
        x = x + linear(at + "feedForward.down", h, E)
    x = norm("finalNorm", x)
    return x @ (w("head.weight", E, V) if llama else w("tokenEmbedding.weight", V, E).T)


def mlp(w, tokens, *, V, E, hidden):
    """Bengio's, with direct connections; tokens [batch, context]."""
    x = F.embedding(tokens, w("embedding.weight", V, E)).flatten(1)
    n = x.shape[1]
    h = torch.tanh(x @ w("hidden.weight", n, hidden) + w("hidden.bias", hidden))
    direct = x @ w("direct.weight", n, V)
    return h @ w("output.weight", hidden, V) + w("output.bias", V) + direct


def lstm(w, tokens, *, V, E, hidden, layers):
    """PyTorch's own LSTM; its second bias is 0, since ours has one that is their sum."""
    x = F.embedding(tokens, w("embedding.weight", V, E))
    flat = []
    for n in range(layers):
        at = f"lstm.cells.{n}."
        flat += [
            w(at + "inputWeight", E if n == 0 else hidden, 4 * hidden).T,
            w(at + "hiddenWeight", hidden, 4 * hidden).T,
            w(at + "bias", 4 * hidden),
            torch.zeros(4 * hidden),
        ]
    zero = torch.zeros(layers, len(tokens), hidden)
    output, _, _ = torch.lstm(x, (zero, zero), flat, True, layers, 0.0, False, False, True)
    return output @ w("head.weight", hidden, V) + w("head.bias", V)


def case(model, tokens, targets, **sizes):
    w = Weights()
    logits = model(w, tokens, **sizes)
    loss = F.cross_entropy(logits.flatten(0, -2), targets.flatten())
    loss.backward()
    return {
        "logits": logits.flatten().tolist(),
        "loss": loss.item(),
        "gradientNorms": w.gradient_norms(),
    }


def rounded(value):
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [rounded(inner) for inner in value]
    return float(f"{value:.7g}")


golden = {
    "gpt2": case(gpt, ids(11, 2, 5, 3), ids(11, 2, 5, 7),
                 V=11, C=6, layers=2, heads=4, kv=4, E=8, ff=32, llama=False),
    "llama": case(gpt, ids(11, 2, 5, 3), ids(11, 2, 5, 7),
                  V=11, C=6, layers=2, heads=4, kv=2, E=16, ff=24, llama=True),
    "mlp": case(mlp, ids(11, 4, 3, 3), ids(11, 1, 4, 7)[0], V=11, E=4, hidden=6),
    "lstm": case(lstm, ids(11, 2, 5, 3), ids(11, 2, 5, 7), V=11, E=4, hidden=6, layers=2),
}
Path(__file__).with_name("golden.generated.json").write_text(json.dumps(rounded(golden), indent=1) + "\n")
