"""Training step of an encoder-decoder Transformer on a toy translation: `seq2seq.py [WARMUP] [STEPS]`."""

import sys

import torch
import torch.nn as nn
import torch.nn.functional as F

from common import report, timed

warmup = int(sys.argv[1]) if len(sys.argv) > 1 else 10
steps = int(sys.argv[2]) if len(sys.argv) > 2 else 50
WIDTH, HEADS, LAYERS, LENGTH, BATCH, VOCAB = 128, 4, 2, 16, 32, 64


class Model(nn.Module):
    """As in "Attention Is All You Need": one embedding for all, norms after, ReLU, sines."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(VOCAB, WIDTH)
        nn.init.normal_(self.embedding.weight, std=WIDTH**-0.5)
        self.transformer = nn.Transformer(
            WIDTH, HEADS, LAYERS, LAYERS, 4 * WIDTH, dropout=0.0, batch_first=True
        )
        self.transformer.encoder.norm = None
        self.transformer.decoder.norm = None
        mask = nn.Transformer.generate_square_subsequent_mask(LENGTH)
        self.register_buffer("mask", mask, persistent=False)
        places = torch.arange(LENGTH)[:, None]
        rates = 10_000 ** (-torch.arange(0, WIDTH, 2) / WIDTH)
        waves = torch.stack([(places * rates).sin(), (places * rates).cos()], -1).flatten(1)
        self.register_buffer("positions", waves, persistent=False)

    def embed(self, tokens):
        return self.embedding(tokens) * WIDTH**0.5 + self.positions

    def forward(self, source, target, wanted):
        y = self.transformer(
            self.embed(source), self.embed(target), tgt_mask=self.mask, tgt_is_causal=True
        )
        logits = F.linear(y, self.embedding.weight)
        return F.cross_entropy(logits.flatten(0, 1), wanted.flatten())


model = Model()
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, fused=True)
source = torch.randint(1, VOCAB, (BATCH, LENGTH))
wanted = source.flip(1)
target = torch.cat([torch.zeros(BATCH, 1, dtype=torch.long), wanted[:, :-1]], 1)


def step():
    loss = model(source, target, wanted)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    return loss.item()


report(timed(step, warmup, steps), loss=round(step(), 4))
