"""Training step of an LSTM language model: `lstm.py SIZE [WARMUP] [STEPS]`."""

import sys

import torch
import torch.nn as nn
import torch.nn.functional as F

from common import report, timed

SIZES = {
    "names": dict(embedding=32, hidden=128, batch=64, length=12, vocab=27),
    "large": dict(embedding=32, hidden=256, batch=64, length=32, vocab=27),
}
size = sys.argv[1]
warmup = int(sys.argv[2]) if len(sys.argv) > 2 else 10
steps = int(sys.argv[3]) if len(sys.argv) > 3 else 50
c = SIZES[size]


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(c["vocab"], c["embedding"])
        self.lstm = nn.LSTM(c["embedding"], c["hidden"], batch_first=True)
        self.head = nn.Linear(c["hidden"], c["vocab"])

    def forward(self, tokens, targets):
        y, _ = self.lstm(self.embedding(tokens))
        return F.cross_entropy(self.head(y).flatten(0, 1), targets.flatten())


model = Model()
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, fused=True)
tokens = torch.randint(c["vocab"], (c["batch"], c["length"]))
targets = (tokens + 1) % c["vocab"]


def step():
    loss = model(tokens, targets)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    return loss.item()


report(timed(step, warmup, steps), size=size, loss=round(step(), 4))
