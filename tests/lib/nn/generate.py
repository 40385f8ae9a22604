"""Writes golden values of PyTorch's layers: the .generated.json files beside this file.

    bench/.venv/bin/python tests/lib/nn/generate.py

Each case holds parameters under our names and in our layout ([in, out]), inputs, the output, and the
gradients of sum(output * cos(1), cos(2), ...) by parameters and inputs.
"""

import json
import math
import pathlib

import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(7)
HERE = pathlib.Path(__file__).parent


def plain(tensor):
    """Shape and values; seven digits, about as many as a float32 has."""
    values = [float(f"{value:.7g}") for value in tensor.detach().reshape(-1).tolist()]
    return {"shape": list(tensor.shape), "values": values}


def weighted(output):
    weights = torch.cos(torch.arange(1, output.numel() + 1).float())
    return (output.reshape(-1) * weights).sum()


def case(run, inputs, parameters):
    """parameters: our name -> (leaf tensor in PyTorch's layout, change of layout)."""
    for x in [*inputs.values(), *(p for p, _ in parameters.values())]:
        if x.is_floating_point():
            x.requires_grad_(True)
            x.grad = None
    output = run(**inputs)
    weighted(output).backward()
    ours = {name: change(p) for name, (p, change) in parameters.items()}
    gradients = {name: change(p.grad) for name, (p, change) in parameters.items()}
    seen = {name: x for name, x in inputs.items() if x.is_floating_point()}
    return {
        "inputs": {name: plain(x) for name, x in inputs.items()},
        "parameters": {name: plain(p) for name, p in ours.items()},
        "output": plain(output),
        "gradients": {name: plain(g) for name, g in gradients.items()}
        | {name: plain(x.grad) for name, x in seen.items()},
    }


same = lambda p: p  # noqa: E731
turned = lambda p: p.T  # noqa: E731


def scattered(module):
    """Norms start at 1 and 0, some biases at 0: moved, so that mistakes show."""
    with torch.no_grad():
        for p in module.parameters():
            p.add_(torch.randn_like(p) * 0.2)
    return module


def linear(prefix, layer):
    found = {f"{prefix}weight": (layer.weight, turned)}
    return found if layer.bias is None else found | {f"{prefix}bias": (layer.bias, same)}


def norm(prefix, layer):
    return {f"{prefix}weight": (layer.weight, same), f"{prefix}bias": (layer.bias, same)}


class Attention(nn.Module):
    """Attention on scaled_dot_product_attention, with our names."""

    def __init__(self, d, heads, kv_heads=None, bias=True, turn=None):
        super().__init__()
        kv_heads = kv_heads or heads
        self.heads, self.kv_heads, self.turn = heads, kv_heads, turn or (lambda x: x)
        self.query, self.output = nn.Linear(d, d, bias), nn.Linear(d, d, bias)
        self.key = nn.Linear(d, d // heads * kv_heads, bias)
        self.value = nn.Linear(d, d // heads * kv_heads, bias)

    def named(self, prefix=""):
        found = {}
        for name in ["query", "key", "value", "output"]:
            found |= linear(f"{prefix}{name}.", getattr(self, name))
        return found

    def forward(self, x, context=None, **options):
        context = x if context is None else context
        split = lambda y, h: y.unflatten(-1, (h, -1)).transpose(1, 2)  # noqa: E731
        q = self.turn(split(self.query(x), self.heads))
        k = self.turn(split(self.key(context), self.kv_heads))
        v = split(self.value(context), self.kv_heads)
        seen = F.scaled_dot_product_attention(q, k, v, enable_gqa=True, **options)
        return self.output(seen.transpose(1, 2).flatten(2))


def unpacked(attention, ours):
    """Copies the packed weights of nn.MultiheadAttention into our attention."""
    weights = attention.in_proj_weight.chunk(3)
    biases = attention.in_proj_bias.chunk(3)
    with torch.no_grad():
        for layer, w, b in zip([ours.query, ours.key, ours.value], weights, biases):
            layer.weight.copy_(w)
            layer.bias.copy_(b)
        ours.output.weight.copy_(attention.out_proj.weight)
        ours.output.bias.copy_(attention.out_proj.bias)
    return ours


def rotate_half(x, base=10000.0):
    """As in transformers' modeling_llama.py."""
    d = x.shape[-1]
    freqs = base ** (-torch.arange(0, d, 2).double() / d)
    angles = torch.arange(x.shape[-2]).double()[:, None] * freqs
    cos, sin = (torch.cat([f, f], -1).float() for f in (angles.cos(), angles.sin()))
    a, b = x.chunk(2, -1)
    return x * cos + torch.cat([-b, a], -1) * sin


def rotate_complex(x, base=10000.0):
    """As in Meta's llama/model.py."""
    d = x.shape[-1]
    freqs = base ** (-torch.arange(0, d, 2).float() / d)
    turn = torch.polar(torch.ones(x.shape[-2], d // 2), torch.outer(torch.arange(x.shape[-2]).float(), freqs))
    pairs = torch.view_as_complex(x.reshape(*x.shape[:-1], -1, 2).contiguous())
    return torch.view_as_real(pairs * turn).flatten(-2)


def attention_cases():
    cases = {}
    x, context = torch.randn(2, 3, 8), torch.randn(2, 5, 8)
    packed = scattered(nn.MultiheadAttention(8, 2, batch_first=True))
    layer = unpacked(packed, Attention(8, 2))
    expected, _ = packed(x, context, context)
    assert torch.allclose(layer(x, context), expected, atol=1e-6)
    cases["cross-attention"] = case(lambda x, context: layer(x, context), {"x": x, "context": context}, layer.named())
    grouped = Attention(16, 4, 2, bias=False, turn=rotate_half)
    wide = torch.randn(2, 3, 16)
    cases["grouped, causal, rotary halves"] = case(lambda x: grouped(x, is_causal=True), {"x": wide}, grouped.named())
    paired = Attention(8, 2, 1, turn=lambda y: rotate_complex(y, 100.0))
    cases["one key head, rotary neighbours"] = case(lambda x: paired(x), {"x": x}, paired.named())
    masked = Attention(8, 2)
    mask = torch.randn(2, 1, 3, 3)
    cases["additive mask"] = case(lambda x, mask: masked(x, attn_mask=mask), {"x": x, "mask": mask}, masked.named())
    return cases


def encoder(name, **options):
    block = scattered(nn.TransformerEncoderLayer(8, 2, 12, dropout=0.0, batch_first=True, **options))
    ours = unpacked(block.self_attn, Attention(8, 2))
    parameters = (
        ours.named("attention.")
        | norm("attentionNorm.", block.norm1)
        | linear("feedForward.up.", block.linear1)
        | linear("feedForward.down.", block.linear2)
        | norm("feedForwardNorm.", block.norm2)
    )
    block.self_attn.forward = lambda q, k, v, **_: (ours(q), None)
    block.train()
    return {name: case(lambda x: block(x), {"x": torch.randn(2, 3, 8)}, parameters)}


def decoder(name, **options):
    block = scattered(nn.TransformerDecoderLayer(8, 2, 12, dropout=0.0, batch_first=True, **options))
    own = unpacked(block.self_attn, Attention(8, 2))
    across = unpacked(block.multihead_attn, Attention(8, 2))
    x, context = torch.randn(2, 3, 8), torch.randn(2, 4, 8)
    causal = nn.Transformer.generate_square_subsequent_mask(3)
    expected = block(x, context, tgt_mask=causal)
    block.self_attn.forward = lambda q, k, v, **_: (own(q, is_causal=True), None)
    block.multihead_attn.forward = lambda q, k, v, **_: (across(q, k), None)
    assert torch.allclose(block(x, context), expected, atol=1e-5)
    parameters = (
        own.named("selfAttention.")
        | norm("selfNorm.", block.norm1)
        | across.named("crossAttention.")
        | norm("crossNorm.", block.norm2)
        | linear("feedForward.up.", block.linear1)
        | linear("feedForward.down.", block.linear2)
        | norm("feedForwardNorm.", block.norm3)
    )
    return {name: case(lambda x, context: block(x, context), {"x": x, "context": context}, parameters)}


def simple_cases():
    x = torch.randn(2, 3, 4)
    layer = nn.Linear(4, 3)
    cases = {"linear": case(layer, {"input": x}, linear("", layer))}
    table = nn.Embedding(5, 3)
    ids = torch.tensor([[4, 0, 4], [1, 1, 2]])
    cases["embedding"] = case(table, {"input": ids}, {"weight": (table.weight, same)})
    layer_norm = scattered(nn.LayerNorm(4))
    cases["layer norm"] = case(layer_norm, {"input": x}, norm("", layer_norm))
    rms = scattered(nn.RMSNorm(4))
    cases["rms norm"] = case(lambda x: rms(x), {"x": x}, {"weight": (rms.weight, same)})
    up, down = nn.Linear(4, 6), nn.Linear(6, 4)
    for bend in ["relu", "gelu"]:
        run = lambda x, f=getattr(F, bend): down(f(up(x)))  # noqa: E731
        cases[f"feed-forward, {bend}"] = case(run, {"x": x}, linear("up.", up) | linear("down.", down))
    gate, up, down = nn.Linear(4, 6, False), nn.Linear(4, 6, False), nn.Linear(6, 4, False)
    cases["swiglu"] = case(
        lambda x: down(F.silu(gate(x)) * up(x)),
        {"x": x},
        linear("gate.", gate) | linear("up.", up) | linear("down.", down),
    )
    return cases


def mixture(name, experts, top_k):
    """Mixtral's block, expert by expert as in transformers' modeling_mixtral.py, and Switch's loss."""
    router = nn.Linear(4, experts, bias=False)
    gates, ups = (torch.randn(experts, 4, 5) / 2 for _ in range(2))
    downs = torch.randn(experts, 5, 4) / 2
    beside = lambda p: p.transpose(0, 1).reshape(4, -1)  # noqa: E731
    below = lambda p: p.reshape(-1, 4)  # noqa: E731

    def run(x):
        tokens = x.reshape(-1, 4)
        probabilities = router(tokens).softmax(-1)
        weights, chosen = probabilities.topk(top_k)
        if top_k > 1:
            weights = weights / weights.sum(-1, keepdim=True)
        output = torch.zeros_like(tokens)
        for e in range(experts):
            rows, place = (chosen == e).nonzero(as_tuple=True)
            part = tokens[rows]
            part = (F.silu(part @ gates[e]) * (part @ ups[e])) @ downs[e]
            output = output.index_add(0, rows, part * weights[rows, place, None])
        shares = F.one_hot(chosen, experts).sum(1).float().mean(0) / top_k
        loss = experts * (shares * probabilities.mean(0)).sum()
        return torch.cat([output.reshape(-1), loss.reshape(1)])

    parameters = linear("router.", router)
    parameters |= {"gate": (gates, beside), "up": (ups, beside), "down": (downs, below)}
    return {name: case(run, {"x": torch.randn(2, 4, 4)}, parameters)}


def lora():
    """As in loralib/layers.py: y = W x + b + (x Aᵀ Bᵀ) · alpha / rank."""
    base = nn.Linear(4, 3)
    a, b = torch.randn(2, 4), torch.randn(3, 2)
    run = lambda x: base(x) + (x @ a.T @ b.T) * (6 / 2)  # noqa: E731
    parameters = linear("base.", base) | {"loraA": (a, turned), "loraB": (b, turned)}
    return {"lora": case(run, {"x": torch.randn(2, 3, 4)}, parameters)}


def quantized():
    """NF4 by ONNX Runtime (which follows bitsandbytes), and what its product is with it."""
    import numpy as np
    from onnxruntime.capi._pybind_state import quantize_matmul_bnb4

    inputs, outputs = 64, 3
    weight = (torch.randn(inputs, outputs) * torch.tensor([1.0, 0.1, 3.0])).numpy()
    codes = np.zeros(inputs * outputs // 2, dtype="uint8")
    absmax = np.zeros(inputs * outputs // 64, dtype="float32")
    quantize_matmul_bnb4(codes, np.ascontiguousarray(weight.T), absmax, 64, 1, outputs, inputs)
    scale = np.abs(weight).max(0) / 127
    return {
        "weight": plain(torch.from_numpy(weight)),
        "nf4": {"codes": codes.tolist(), "absmax": absmax.tolist()},
        "int8": {"codes": (np.round(weight / scale).T + 128).astype(int).tolist(), "scales": scale.tolist()},
    }


def recurrent_parameters(module, kind, suffix, prefix):
    """One bias instead of two: PyTorch's second is 0 where only the sum matters."""
    get = lambda name: getattr(module, f"{name}{suffix}")  # noqa: E731
    found = {
        f"{prefix}inputWeight": (get("weight_ih"), turned),
        f"{prefix}hiddenWeight": (get("weight_hh"), turned),
    }
    if not module.bias:
        return found
    hidden, second = get("weight_hh").shape[1], get("bias_hh")
    with torch.no_grad():
        second[: 2 * hidden if kind == "GRU" else None] = 0
    found[f"{prefix}bias"] = (get("bias_ih"), same)
    if kind == "GRU":
        found[f"{prefix}hiddenBias"] = (second, lambda p: p[2 * hidden :])
    return found


def joined(output, state):
    """Output and states as one row of numbers."""
    states = state if isinstance(state, tuple) else (state,)
    return torch.cat([output.reshape(-1), *(s.reshape(-1) for s in states)])


def recurrent_cases():
    cases = {}
    for kind in ["RNN", "LSTM", "GRU"]:
        cell = getattr(nn, f"{kind}Cell")(3, 2)
        inputs = {"x": torch.randn(2, 3), "h": torch.randn(2, 2)}
        if kind == "LSTM":
            inputs["c"] = torch.randn(2, 2)
            run = lambda x, h, c, cell=cell: torch.cat(cell(x, (h, c)))  # noqa: E731
        else:
            run = lambda x, h, cell=cell: cell(x, h)  # noqa: E731
        cases[f"{kind} cell"] = case(run, inputs, recurrent_parameters(cell, kind, "", ""))

        deep = getattr(nn, kind)(3, 2, num_layers=2, bidirectional=True, batch_first=True)
        inputs = {"x": torch.randn(2, 4, 3), "h": torch.randn(4, 2, 2)}
        if kind == "LSTM":
            inputs["c"] = torch.randn(4, 2, 2)
            run = lambda x, h, c, deep=deep: joined(*deep(x, (h, c)))  # noqa: E731
        else:
            run = lambda x, h, deep=deep: joined(*deep(x, h))  # noqa: E731
        names = [f"_l{layer}{way}" for layer in range(2) for way in ["", "_reverse"]]
        parameters = {}
        for i, name in enumerate(names):
            parameters |= recurrent_parameters(deep, kind, name, f"cells.{i}.")
        cases[f"{kind}, two layers, both ways"] = case(run, inputs, parameters)

        plain = getattr(nn, kind)(3, 2, batch_first=True, bias=False)
        run = lambda x, plain=plain: joined(*plain(x))  # noqa: E731
        inputs = {"x": torch.randn(2, 4, 3)}
        cases[f"{kind}, plain"] = case(run, inputs, recurrent_parameters(plain, kind, "_l0", "cells.0."))
    bent = nn.RNN(3, 2, batch_first=True, nonlinearity="relu")
    run = lambda x: joined(*bent(x))  # noqa: E731
    inputs = {"x": torch.randn(2, 4, 3)}
    cases["RNN, relu"] = case(run, inputs, recurrent_parameters(bent, "RNN", "_l0", "cells.0."))
    return cases


def write(name, cases):
    lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(value, separators=(',', ':'))}" for key, value in cases.items())
    (HERE / name).write_text("{\n" + lines + "\n}\n")


write(
    "golden.generated.json",
    simple_cases()
    | attention_cases()
    | encoder("encoder block, post")
    | encoder("encoder block, pre, gelu", norm_first=True, activation="gelu")
    | decoder("decoder block, post")
    | decoder("decoder block, pre", norm_first=True)
    | mixture("mixture, 2 of 3", 3, 2)
    | mixture("mixture, 1 of 4", 4, 1)
    | lora(),
)
write("recurrent.generated.json", recurrent_cases())
write("quantized.generated.json", {"nf4 and int8": quantized()})
