"""Writes a tiny GPT-2 and a tiny Llama as Hugging Face's library saves them, with their logits.

Needs PyTorch and `pip install transformers` (5.24.0 was used); run it from anywhere.
"""
import json
from pathlib import Path

import torch
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM

here = Path(__file__).parent
ids = [[1, 5, 9, 2, 30, 0, 7], [31, 30, 29, 2, 2, 2, 3]]


def write(name, model, **options):
    torch.manual_seed(1)
    with torch.no_grad():
        for p in model.parameters():
            p.copy_(torch.randn_like(p) * 0.3)
        logits = model.eval()(torch.tensor(ids)).logits
    model.save_pretrained(here / name, **options)
    (here / name / "expected.json").write_text(
        json.dumps({"ids": ids, "logits": [[[round(x, 6) for x in r] for r in b] for b in logits.tolist()]})
    )


write("gpt2", GPT2LMHeadModel(GPT2Config(
    vocab_size=32, n_embd=8, n_head=2, n_layer=2, n_positions=16, bos_token_id=0, eos_token_id=0,
)))
write("llama", LlamaForCausalLM(LlamaConfig(
    vocab_size=32, hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=4,
    num_key_value_heads=2, max_position_embeddings=16, rope_theta=500.0, tie_word_embeddings=False,
)), max_shard_size="8KB")

# the same Llama with its rotation slowed down: the logits after the last token
scalings = {
    "linear": dict(rope_type="linear", factor=4.0),
    "llama3": dict(
        rope_type="llama3", factor=8.0, low_freq_factor=0.5, high_freq_factor=2.0,
        original_max_position_embeddings=8,
    ),
}
scaled = []
for scaling in scalings.values():
    rope = {"rope_theta": 500.0, **scaling}
    model = LlamaForCausalLM.from_pretrained(here / "llama", rope_parameters=rope).eval()
    with torch.no_grad():
        last = model(torch.tensor(ids)).logits[:, -1]
    scaled.append({"rope_parameters": rope, "ids": ids, "logits": [[round(x, 6) for x in r] for r in last.tolist()]})
(here / "llama" / "scaled.json").write_text(json.dumps(scaled))
