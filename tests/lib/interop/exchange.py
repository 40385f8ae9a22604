"""Exchanges files with the Python libraries, both ways: bench/.venv/bin/python tests/lib/interop/exchange.py

Needs torch, safetensors, onnx and onnxruntime; checks transformers too where it is installed. Not part
of `npm test`, which has no Python: there, golden files stand for it.
"""
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from safetensors import SafetensorError
from safetensors.torch import load, load_file, save

root = Path(__file__).parents[3]
node = root / "node_modules/.bin/node"


def run_node(program, *args):
    command = [node, "--conditions=source", "--input-type=module", "-e", program, *map(str, args)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)
    return done.stdout


REWRITE = """
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { FileFormatError, readSafetensors, writeSafetensors } from '@lectern/lib';
const folder = process.argv[1];
for (const name of readdirSync(folder)) {
  let result;
  try {
    const tensors = await readSafetensors(readFileSync(`${folder}/${name}`));
    result = await writeSafetensors(tensors, { metadata: { format: 'pt' } });
  } catch (error) {
    if (!(error instanceof FileFormatError)) throw error; // a crash
    result = `refused: ${error.message}`;
  }
  writeFileSync(`${folder}/${name}.ours`, result);
}
"""

own = [torch.float32, torch.float16, torch.int64, torch.int32, torch.int8, torch.uint8, torch.bool]
# read, but not with the same type
other = {torch.bfloat16: torch.float32, torch.int16: torch.int32, torch.uint16: torch.int32,
         torch.uint32: torch.int64}


def random_tensor(dtype):
    shape = [random.choice([0, 1, 1, 2, 3, 7]) for _ in range(random.randrange(4))]
    count = int(np.prod(shape)) if shape else 1
    if dtype == torch.bool:
        return torch.tensor(np.random.rand(count) < 0.5).reshape(shape)
    return random_tensor_of(dtype, count).reshape(shape) if count else torch.zeros(shape, dtype=dtype)


def random_tensor_of(dtype, count):
    raw = np.frombuffer(np.random.bytes(count * dtype.itemsize), dtype=np.uint8).copy()
    return torch.from_numpy(raw).view(dtype)


def random_name():
    return "".join(random.choice('abzAZ09._/"\\\n\t\x7f éß\u2028\uffee\U0001f600') for _ in range(random.randrange(1, 9)))


def bits(tensors):
    return {k: (v.dtype, tuple(v.shape), v.contiguous().view(torch.uint8).numpy().tobytes() if v.numel() and v.dim()
            else v.reshape(-1).view(torch.uint8).numpy().tobytes()) for k, v in tensors.items()}


def check_rewriting(folder, count=300):
    files = {}
    for i in range(count):
        tensors = {random_name(): random_tensor(random.choice(own)) for _ in range(random.randrange(6))}
        files[f"own-{i}"] = save(tensors, metadata={"format": "pt"})
    wanted = {}
    for i in range(count // 3):
        tensors = {random_name(): random_tensor(random.choice(list(other))) for _ in range(random.randrange(1, 6))}
        tensors = {k: torch.nan_to_num(v, nan=1.5) if v.dtype == torch.bfloat16 else v for k, v in tensors.items()}
        files[f"other-{i}"] = save(tensors, metadata={"format": "pt"})
        wanted[f"other-{i}"] = {k: v.to(other[v.dtype]) for k, v in tensors.items()}
    for name, data in files.items():
        (folder / name).write_bytes(data)
    run_node(REWRITE, folder)
    for name, data in files.items():
        ours = (folder / f"{name}.ours").read_bytes()
        if name in wanted:
            assert bits(load(ours)) == bits(wanted[name]), name
        else:
            assert ours == data, name
    print(f"{len(files)} files of Python read and written again: the same bits")


NARROW = """
import { loadSafetensors, saveSafetensors } from '@lectern/lib';
const [folder] = process.argv.slice(1);
await saveSafetensors(`${folder}/narrow`, await loadSafetensors(`${folder}/wide`), { bfloat16: true });
"""


def check_rounding(folder):
    """float32 of all sizes in BF16, as PyTorch rounds."""
    wide = {"x": random_tensor_of(torch.float32, 100_000)}
    (folder / "wide").write_bytes(save(wide))
    run_node(NARROW, folder)
    ours, theirs = load((folder / "narrow").read_bytes())["x"], wide["x"].to(torch.bfloat16)
    assert torch.equal(ours.isnan(), theirs.isnan())
    assert torch.equal(ours.nan_to_num(), theirs.nan_to_num())
    print("100 000 numbers rounded to BF16 as PyTorch does")


def check_damaged(folder, count=3000):
    """What we accept, Python accepts, and reads the same."""
    for i in range(count):
        tensors = {random_name(): random_tensor(random.choice(own)) for _ in range(random.randrange(1, 4))}
        data = bytearray(save(tensors, metadata={"format": "pt"}))
        header = 8 + int.from_bytes(data[:8], "little")
        for _ in range(random.randrange(1, 4)):
            at = random.randrange(random.choice([8, header, len(data)]))
            kind = random.randrange(4)
            if kind == 0:
                data[at:] = data[at + 1:]
            elif kind == 1:
                data.insert(at, random.choice(b'0123456789"{}[],:- \\e.'))
            elif kind == 2:
                data[at] = random.choice(b'0123456789"{}[],:- \\e.\xff')
            else:
                data = data[:max(at, 1)]
            if len(data) < 9:
                break
            header = min(header, len(data))
        (folder / f"damaged-{i}").write_bytes(data)
    run_node(REWRITE, folder)
    accepted = refused = stricter = 0
    for i in range(count):
        data = (folder / f"damaged-{i}").read_bytes()
        ours = (folder / f"damaged-{i}.ours").read_bytes()
        try:
            theirs = load(data)
        except (SafetensorError, KeyError):
            assert ours.startswith(b"refused: "), (data, ours)
            refused += 1
            continue
        if ours.startswith(b"refused: "):
            stricter += 1
        else:
            assert bits(load(ours)).keys() == bits(theirs).keys(), data
            assert all(v[2] == bits(load(ours))[k][2] for k, v in bits(theirs).items() if theirs[k].dtype in own), data
            accepted += 1
    print(f"{count} damaged files: both refuse {refused}, both read {accepted} alike, only we refuse {stricter}")


MODELS = """
import { exportOnnx, GPT, saveModel, tensor, text } from '@lectern/lib';
import { writeFileSync } from 'node:fs';
const folder = process.argv[1];
const end = '<|endoftext|>';
const bpe = text.trainBpe('the quick brown fox '.repeat(50), { vocabularySize: 270, specialTokens: [end] });
const common = { vocabularySize: bpe.vocabularySize, contextLength: 32, layers: 2, heads: 4, width: 32 };
const kinds = {
  gpt2: { activation: 'geluTanh' },
  llama: { norm: 'rms', positions: 'rotary', activation: 'swiglu', bias: false, kvHeads: 2, tiedEmbeddings: false },
  biased: { norm: 'rms', positions: 'rotary', activation: 'swiglu', bias: true },
  mixture: { positions: 'rotary', bias: false, activation: 'gelu' },
};
for (const [name, options] of Object.entries(kinds)) {
  const model = new GPT({ ...common, ...options }, { seed: 4 }).eval();
  for (const p of model.parameters()) p.assign(p.mul(5).add(0.01));
  const place = `${folder}/${name}`;
  if (name !== 'mixture') await saveModel(place, model, bpe, { eosToken: end });
  await exportOnnx(place, model, bpe, { eosToken: end });
  const ids = bpe.encode('the quick brown');
  const logits = await model.forward(tensor([ids], { dtype: 'int64' })).array();
  writeFileSync(`${place}/expected.json`, JSON.stringify({ ids, logits, kvHeads: model.config.kvHeads }));
}
"""


def check_models(folder):
    run_node(MODELS, folder)
    for place in sorted(folder.iterdir()):
        expected = json.loads((place / "expected.json").read_text())
        logits, ids = np.array(expected["logits"]), np.array([expected["ids"]])
        model = onnx.load(place / "onnx/model.onnx")
        onnx.checker.check_model(model, full_check=True)
        session = onnxruntime.InferenceSession(place / "onnx/model.onnx")
        feeds = {"input_ids": ids, "attention_mask": np.ones_like(ids), "position_ids": np.arange(ids.shape[1])[None]}
        for n in range(2):
            for kind in ["key", "value"]:
                feeds[f"past_key_values.{n}.{kind}"] = np.zeros((1, expected["kvHeads"], 0, 8), np.float32)
        worst = np.abs(session.run(["logits"], feeds)[0] - logits).max()
        assert worst < 1e-4, (place, worst)
        print(f"{place.name}: onnx.checker is content, onnxruntime {onnxruntime.__version__} differs by {worst:.1e}")
        if not (place / "model.safetensors").exists():
            continue
        load_file(place / "model.safetensors")
        try:
            import transformers
        except ImportError:
            continue
        theirs, info = transformers.AutoModelForCausalLM.from_pretrained(place, output_loading_info=True)
        assert not any(info[k] for k in ["missing_keys", "unexpected_keys", "mismatched_keys"]), info
        worst = np.abs(theirs(torch.tensor(ids)).logits.detach().numpy() - logits).max()
        assert worst < 1e-4, (place, worst)
        tokenizer = transformers.AutoTokenizer.from_pretrained(place)
        assert tokenizer("the quick brown").input_ids == expected["ids"], place
        print(f"{place.name}: transformers {transformers.__version__} differs by {worst:.1e}")


seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
random.seed(seed)
np.random.seed(seed)
for check in [check_rewriting, check_rounding, check_damaged, check_models]:
    with tempfile.TemporaryDirectory() as folder:
        check(Path(folder))
