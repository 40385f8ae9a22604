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


def gru_weights(w, at, inputs, hidden):
    """PyTorch's four tensors from ours: of its second bias only the part that r acts on is left."""
    w_ih, w_hh = w(at + ".inputWeight", inputs, 3 * hidden).T, w(at + ".hiddenWeight", hidden, 3 * hidden).T
    b_ih, b_n = w(at + ".bias", 3 * hidden), w(at + ".hiddenBias", hidden)
    return [w_ih, w_hh, b_ih, torch.cat([torch.zeros(2 * hidden), b_n])]


def seq2seq(w, source, *, target, S, V, E, hidden, padding):
    """Bahdanau's, teacher forced; logits after each token of the target but the last."""
    x = F.embedding(source, w("sourceEmbedding.weight", S, E))
    flat = gru_weights(w, "encoder.cells.0", E, hidden) + gru_weights(w, "encoder.cells.1", E, hidden)
    h, last = torch.gru(x, torch.zeros(2, len(source), hidden), flat, True, 1, 0.0, False, True, True)
    s = torch.tanh(last[1] @ w("initial.weight", hidden, hidden) + w("initial.bias", hidden))
    keys = h @ w("key.weight", 2 * hidden, hidden)
    cell = gru_weights(w, "cell", E + 2 * hidden, hidden)
    logits = []
    for y in F.embedding(target[:, :-1], w("targetEmbedding.weight", V, E)).unbind(1):
        sought = (s @ w("query.weight", hidden, hidden))[:, None]
        energies = (torch.tanh(keys + sought) @ w("score.weight", hidden, 1))[..., 0]
        weights = energies.masked_fill(source == padding, -math.inf).softmax(-1)
        c = torch.einsum("bn,bnh->bh", weights, h)
        s = torch.gru_cell(torch.cat([y, c], -1), s, *cell)
        out = torch.cat([s, c, y], -1)
        logits.append(out @ w("head.weight", E + 3 * hidden, V) + w("head.bias", V))
    return torch.stack(logits, 1)


def attention(w, at, x, context, heads, **seeing):
    """torch's multi_head_attention_forward with our [in, out] weights."""
    E = x.shape[-1]
    parts = [w(f"{at}.{name}.weight", E, E).T for name in ("query", "key", "value")]
    biases = [w(f"{at}.{name}.bias", E) for name in ("query", "key", "value")]
    y, _ = F.multi_head_attention_forward(
        x.transpose(0, 1), context.transpose(0, 1), context.transpose(0, 1), E, heads,
        None, torch.cat(biases), None, None, False, 0.0,
        w(at + ".output.weight", E, E).T, w(at + ".output.bias", E),
        use_separate_proj_weight=True, q_proj_weight=parts[0], k_proj_weight=parts[1],
        v_proj_weight=parts[2], need_weights=False, **seeing)
    return y.transpose(0, 1)


def layer_norm(w, at, x):
    return F.layer_norm(x, x.shape[-1:], w(at + ".weight", x.shape[-1]), w(at + ".bias", x.shape[-1]))


def feed_forward(w, at, x, bend, ff):
    E = x.shape[-1]
    h = bend(x @ w(at + ".up.weight", E, ff) + w(at + ".up.bias", ff))
    return h @ w(at + ".down.weight", ff, E) + w(at + ".down.bias", E)


def encoder_block(w, at, x, heads, bend, ff, hidden):
    seen = attention(w, at + ".attention", x, x, heads, key_padding_mask=hidden)
    x = layer_norm(w, at + ".attentionNorm", x + seen)
    return layer_norm(w, at + ".feedForwardNorm", x + feed_forward(w, at + ".feedForward", x, bend, ff))


def transformer(w, source, *, target, V, layers, heads, E, ff, padding):
    def embed(tokens):
        at = torch.arange(tokens.shape[1])[:, None] / 10_000 ** (torch.arange(0, E, 2) / E)
        sines = torch.stack([at.sin(), at.cos()], -1).flatten(1)
        return F.embedding(tokens, w("embedding.weight", V, E)) * math.sqrt(E) + sines

    hidden = source == padding
    memory = embed(source)
    for n in range(layers):
        memory = encoder_block(w, f"encoder.{n}", memory, heads, F.relu, ff, hidden)
    x = embed(target[:, :-1])
    later = torch.ones(x.shape[1], x.shape[1]).triu(1).bool()
    for n in range(layers):
        at = f"decoder.{n}"
        x = layer_norm(w, at + ".selfNorm",
                       x + attention(w, at + ".selfAttention", x, x, heads, attn_mask=later))
        seen = attention(w, at + ".crossAttention", x, memory, heads, key_padding_mask=hidden)
        x = layer_norm(w, at + ".crossNorm", x + seen)
        x = layer_norm(w, at + ".feedForwardNorm", x + feed_forward(w, at + ".feedForward", x, F.relu, ff))
    return x @ w("embedding.weight", V, E).T


def bert(w, tokens, *, V, C, layers, heads, E, ff, padding, classes=None):
    """Logits of masked tokens, or of classes; the weights of both heads are made either way."""
    x = F.embedding(tokens, w("tokenEmbedding.weight", V, E))
    x = x + w("positionEmbedding.weight", C, E)[:tokens.shape[1]]
    x = x + F.embedding(tokens * 0, w("segmentEmbedding.weight", 2, E))
    x = layer_norm(w, "embeddingNorm", x)
    for n in range(layers):
        x = encoder_block(w, f"blocks.{n}", x, heads, F.gelu, ff, tokens == padding)
    if classes is None:
        h = F.gelu(x @ w("transform.weight", E, E) + w("transform.bias", E))
        h = layer_norm(w, "transformNorm", h)
        return h @ w("tokenEmbedding.weight", V, E).T + w("maskedBias", V)
    pooled = torch.tanh(x[:, 0] @ w("pooler.weight", E, E) + w("pooler.bias", E))
    return pooled @ w("classifier.weight", E, classes) + w("classifier.bias", classes)


def moe(w, tokens, *, V, layers, heads, kv, E, ff, experts, k):
    """Mixtral's blocks; gives the balance losses too."""
    def norm(name, x):
        return F.rms_norm(x, (E,), w(name + ".weight", E), 1e-5)

    d = E // heads
    B, T = tokens.shape
    balance = []
    x = F.embedding(tokens, w("tokenEmbedding.weight", V, E))
    for n in range(layers):
        at = f"blocks.{n}."
        qkv = norm(at + "norm1", x) @ w(at + "attention.qkv.weight", E, (heads + 2 * kv) * d)
        q, key, v = (y.view(B, T, -1, d).transpose(1, 2) for y in qkv.split([E, kv * d, kv * d], -1))
        q, key = rotate_half(q, 10_000), rotate_half(key, 10_000)
        y = F.scaled_dot_product_attention(q, key, v, is_causal=True, enable_gqa=True)
        x = x + y.transpose(1, 2).reshape(B, T, E) @ w(at + "attention.output.weight", E, E)
        h = norm(at + "norm2", x).reshape(B * T, E)
        p = (h @ w(at + "experts.router.weight", E, experts)).softmax(-1)
        top, which = p.topk(k)
        top = top / top.sum(-1, keepdim=True)
        gate = w(at + "experts.gate", E, experts * ff).view(E, experts, ff)
        up = w(at + "experts.up", E, experts * ff).view(E, experts, ff)
        down = w(at + "experts.down", experts * ff, E).view(experts, ff, E)
        out = []
        for token, weights, chosen in zip(h, top, which):
            parts = [F.silu(token @ gate[:, e]) * (token @ up[:, e]) @ down[e] for e in chosen]
            out.append(sum(weight * part for weight, part in zip(weights, parts)))
        x = x + torch.stack(out).view(B, T, E)
        shares = F.one_hot(which, experts).sum(1).float().mean(0) / k
        balance.append(experts * (shares * p.mean(0)).sum())
    logits = norm("finalNorm", x) @ w("head.weight", E, V)
    return logits, 0.01 * torch.stack(balance).mean()


def case(model, tokens, targets, ignore=-100, **sizes):
    w = Weights()
    logits = model(w, tokens, **sizes)
    logits, more = logits if isinstance(logits, tuple) else (logits, 0)
    loss = more + F.cross_entropy(logits.flatten(0, -2), targets.flatten(), ignore_index=ignore)
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


def filled_up(tokens, counts):
    """From each row's count on, tokens are 0: padding."""
    return tokens * (torch.arange(tokens.shape[1]) < torch.tensor(counts)[:, None])


source = filled_up(ids(10, 2, 4, 3) + 1, [4, 2])
target = filled_up(ids(10, 2, 6, 7) + 1, [6, 5])
guesses = torch.where(torch.arange(10).reshape(2, 5) % 3 == 1, ids(11, 2, 5, 7), -100)
text = filled_up(ids(10, 2, 5, 3) + 1, [5, 3])
golden = {
    "gpt2": case(gpt, ids(11, 2, 5, 3), ids(11, 2, 5, 7),
                 V=11, C=6, layers=2, heads=4, kv=4, E=8, ff=32, llama=False),
    "llama": case(gpt, ids(11, 2, 5, 3), ids(11, 2, 5, 7),
                  V=11, C=6, layers=2, heads=4, kv=2, E=16, ff=24, llama=True),
    "moe": case(moe, ids(11, 2, 5, 3), ids(11, 2, 5, 7),
                V=11, layers=2, heads=4, kv=2, E=16, ff=6, experts=3, k=2),
    "mlp": case(mlp, ids(11, 4, 3, 3), ids(11, 1, 4, 7)[0], V=11, E=4, hidden=6),
    "lstm": case(lstm, ids(11, 2, 5, 3), ids(11, 2, 5, 7), V=11, E=4, hidden=6, layers=2),
    "seq2seq": case(seq2seq, source, target[:, 1:], 0, target=target, S=11, V=11, E=4, hidden=5, padding=0),
    "transformer": case(transformer, source, target[:, 1:], 0, target=target,
                        V=11, layers=2, heads=2, E=8, ff=12, padding=0),
    "bert": case(bert, text, guesses, V=11, C=6, layers=2, heads=2, E=8, ff=32, padding=0),
    "bertClasses": case(bert, text, torch.tensor([2, 0]), V=11, C=6, layers=2, heads=2, E=8, ff=32,
                        padding=0, classes=3),
}
Path(__file__).with_name("golden.generated.json").write_text(json.dumps(rounded(golden), indent=1) + "\n")
