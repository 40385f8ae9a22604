"""Writes golden.generated.json: losses and their gradients by PyTorch. Run with bench/.venv/bin/python."""

import json
import math
import pathlib

import torch
import torch.nn.functional as F

A, L, V = 3, 4, 5  # answers, length, vocabulary


def wave(shape, phase, scale=1.0):
    n = math.prod(shape)
    return (torch.tensor([math.sin(phase + 1.7 * k) for k in range(n)]) * scale).reshape(shape)


def learned(shape, phase, scale=1.0):
    return wave(shape, phase, scale).requires_grad_()


MASK = torch.tensor([[0.0, 1, 1, 1], [0, 1, 1, 0], [0, 0, 1, 0]])
ADVANTAGES = torch.tensor([1.5, -0.5, -1.0])
GOLDEN = {}


def rounded(x):
    return [float(f"{value:.7g}") for value in x.flatten().tolist()]


def record(name, value, *inputs):
    value.sum().backward()
    GOLDEN[name] = {
        "value": rounded(value.detach()),
        "gradients": [rounded(x.grad) for x in inputs],
    }


def gae(rewards, values, gamma, lam):
    """Backwards through time, as it is usually written."""
    last, out = torch.zeros(rewards.shape[0]), []
    for t in reversed(range(rewards.shape[1])):
        after = values[:, t + 1] if t + 1 < rewards.shape[1] else torch.zeros(rewards.shape[0])
        last = rewards[:, t] + gamma * after - values[:, t] + gamma * lam * last
        out.append(last)
    return torch.stack(out[::-1], 1)


def clipped(new, old, advantages, epsilon):
    ratio = torch.exp(new - old)
    return torch.min(ratio * advantages, torch.clamp(ratio, 1 - epsilon, 1 + epsilon) * advantages)


logits, ids = learned((A, L, V), 0.3, 2.0), torch.arange(A * L).reshape(A, L) % V
record(
    "tokenLogProbabilities",
    torch.gather(F.log_softmax(logits, -1), -1, ids[..., None])[..., 0],
    logits,
)

logits = learned((A, L, V), 0.3, 2.0)
record("entropy", torch.distributions.Categorical(logits=logits).entropy(), logits)

for k in ["k1", "k2", "k3"]:
    new = learned((A, L), 1.0)
    log_ratio = wave((A, L), 2.0) - new
    value = {"k1": -log_ratio, "k2": log_ratio**2 / 2, "k3": log_ratio.exp() - 1 - log_ratio}[k]
    record(k, value, new)

rewards, values = learned((A, L), 0.5), learned((A, L), 2.5)
record("generalizedAdvantages", gae(rewards, values, 0.9, 0.8), rewards, values)

rewards = learned((A, L), 0.7)
record("groupAdvantages", (rewards - rewards.mean(1, True)) / rewards.std(1, keepdim=True), rewards)

chosen, rejected = learned((A,), 1.0), learned((A,), 2.0)
record("bradleyTerryLoss", -F.logsigmoid(chosen - rejected).mean(), chosen, rejected)

new, old = learned((A, L), 1.0, 0.5), wave((A, L), 1.5, 0.5)
each = ADVANTAGES[:, None].expand(A, L)
terms = clipped(new, old, each, 0.2)
record("clippedObjective", (terms * MASK).sum() / MASK.sum(), new)

values, returns, old = learned((A, L), 1.0), wave((A, L), 2.0), wave((A, L), 1.3)
near = old + (values - old).clamp(-0.2, 0.2)
errors = torch.max((values - returns) ** 2, (near - returns) ** 2)
record("valueLoss", (errors * MASK).sum() / MASK.sum(), values)

new, old, reference = learned((A, L), 1.0, 0.5), wave((A, L), 1.5, 0.5), wave((A, L), 0.5, 0.5)
k3 = torch.exp(reference - new) - (reference - new) - 1
terms = clipped(new, old, each, 0.2) - 0.1 * k3
record("grpoLoss", -((terms * MASK).sum(1) / MASK.sum(1)).mean(), new)

chosen, rejected = learned((A,), 1.0, 3.0), learned((A,), 2.0, 3.0)
margin = (chosen - wave((A,), 0.5, 3.0)) - (rejected - wave((A,), 1.5, 3.0))
record("dpoLoss", -F.logsigmoid(0.3 * margin).mean(), chosen, rejected)

file = pathlib.Path(__file__).with_name("golden.generated.json")
lines = [f'"{name}": {json.dumps(case)}' for name, case in GOLDEN.items()]
file.write_text("{\n" + ",\n".join(lines) + "\n}\n")
