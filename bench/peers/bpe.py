"""Hugging Face's tokenizers on the task of bpe.ts: the novel on stdin, milliseconds as JSON on stdout.

Of several ways to ask for the same, the fastest counts; every repetition begins with an empty cache.
"""

import json
import statistics
import sys
import time

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

novel = sys.stdin.read()
paragraphs = novel.split("\n")
times = 5


def blank():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def train(texts):
    tokenizer = blank()
    trainer = trainers.BpeTrainer(
        vocab_size=4096,
        min_frequency=2,
        special_tokens=["<|endoftext|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def durations(prepare, run):
    out = []
    for _ in range(times):
        prepared = prepare()
        started = time.perf_counter()
        run(prepared)
        out.append(1000 * (time.perf_counter() - started))
    return out


def best(*alternatives):
    return min(alternatives, key=statistics.median)


trained = train([novel])
contents = trained.to_str()


def load():
    return Tokenizer.from_str(contents)


train_times = best(
    durations(lambda: [novel], train),
    durations(lambda: paragraphs, train),
)
encode_times = best(
    durations(load, lambda tokenizer: tokenizer.encode(novel)),
    durations(load, lambda tokenizer: tokenizer.encode_batch(paragraphs)),
)
print(
    json.dumps(
        {
            "train": statistics.median(train_times),
            "encode": statistics.median(encode_times),
            "ids": trained.encode(novel).ids,
        }
    )
)
