"""GPT training step: `gpt.py SIZE [eager|compile] [WARMUP] [STEPS]`. The batch is not in the time."""

import sys

import torch

from common import report, timed
from gpt_model import GPT, TRAINED

size = sys.argv[1]
mode = sys.argv[2] if len(sys.argv) > 2 else "eager"
warmup = int(sys.argv[3]) if len(sys.argv) > 3 else 10
steps = int(sys.argv[4]) if len(sys.argv) > 4 else 50

config = TRAINED[size]
model = GPT(config)
optimizer = torch.optim.AdamW(
    model.parameters(), lr=1e-3, betas=(0.9, 0.99), weight_decay=0.1, fused=True
)
loss_of = torch.compile(model) if mode == "compile" else model
# each token is followed by itself plus 1, 2 or 3: something to learn
text = torch.cumsum(torch.randint(1, 4, (20_000,)), 0) % config.vocab
batches = []
for _ in range(16):
    starts = torch.randint(len(text) - config.context - 1, (config.batch,))
    rows = torch.stack([text[i : i + config.context + 1] for i in starts.tolist()])
    batches.append((rows[:, :-1].contiguous(), rows[:, 1:].contiguous()))
count = 0
loss = 0.0


def step():
    global count, loss
    tokens, targets = batches[count % len(batches)]
    count += 1
    result = loss_of(tokens, targets)
    optimizer.zero_grad(set_to_none=True)
    result.backward()
    optimizer.step()
    loss = result.item()


durations = timed(step, warmup, steps)
report(durations, size=size, mode=mode, loss=round(loss, 4))
