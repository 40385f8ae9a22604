"""Writes the safetensors files beside it: bench/.venv/bin/python tests/lib/interop/golden/make_safetensors.py

own.safetensors    the types that Lectern has, as the Python library lays them out
types.safetensors  all other types that can be read
wanted.safetensors the same numbers, converted by PyTorch to the type that Lectern gives them
"""
from pathlib import Path

import torch
from safetensors.torch import save_file

here = Path(__file__).parent

own = {
    "weight": torch.tensor([[1.5, -0.0, float("inf")], [float("nan"), 1e-45, -3.4e38]]),
    "a scalar": torch.tensor(0.1),
    "empty": torch.zeros(0, 3),
    "ids": torch.tensor([-(2**63), 2**63 - 1, 0]),
    "counts": torch.tensor([-(2**31), 2**31 - 1], dtype=torch.int32),
    "halves": torch.tensor([0.1, -0.0, float("inf"), float("nan"), 6e-8, 65504.0], dtype=torch.float16),
    "bytes": torch.tensor([0, 1, 255], dtype=torch.uint8),
    "signed": torch.tensor([[-128], [127]], dtype=torch.int8),
    "mask": torch.tensor([[True], [False], [True]]),
    "__proto__": torch.tensor([7.0]),
    "constructor": torch.tensor([8.0]),
    'quote " and \\ and \n and \x7f': torch.tensor([1.0]),
    "é": torch.tensor([2.0]),
    "\uffee": torch.tensor([3.0]),
    "\U0001f600": torch.tensor([4.0]),
    "10": torch.tensor([5.0]),
    "9": torch.tensor([6.0]),
}
save_file(own, here / "own.safetensors", metadata={"format": "pt"})

numbers = [0.0, -0.0, 1.0, -2.5, 65504.0, 6e-8, 1e-30, float("inf"), float("-inf"), float("nan")]
types = {
    "bf16": torch.tensor(numbers, dtype=torch.bfloat16),
    "f64": torch.tensor(numbers, dtype=torch.float64),
    "i16": torch.tensor([-(2**15), 2**15 - 1], dtype=torch.int16),
    "u16": torch.tensor([0, 2**16 - 1], dtype=torch.uint16),
    "u32": torch.tensor([0, 2**32 - 1], dtype=torch.uint32),
    "u64": torch.tensor([0, 2**63 - 1], dtype=torch.uint64),
}
becomes = {"u32": torch.int64, "u64": torch.int64, "bf16": torch.float32, "f64": torch.float32}
save_file(types, here / "types.safetensors")
save_file(
    {name: value.to(becomes.get(name, torch.int32)) for name, value in types.items()},
    here / "wanted.safetensors",
)
