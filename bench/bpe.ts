// BPE on the 1.2 MB novel: training to 4096 tokens and encoding it, beside Hugging Face's
// tokenizers (Rust). Both must give the same ids.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { corpus, text } from '@lectern/lib';
import { median, print } from './figure.ts';

const times = 5;
const python = path.join(import.meta.dirname, '.venv', 'bin', 'python');
const options = { vocabularySize: 4096, specialTokens: ['<|endoftext|>'] };

interface Peer {
  train: number;
  encode: number;
  ids: number[];
}

function peer(novel: string): Peer {
  if (!existsSync(python)) {
    throw new Error('bench bpe: its peer is a Python library: first run npm run bench -- setup');
  }
  const env = { ...process.env, RAYON_NUM_THREADS: '2' };
  const { status, stdout, stderr } = spawnSync(
    python,
    [path.join(import.meta.dirname, 'peers', 'bpe.py')],
    { input: novel, env, encoding: 'utf8', maxBuffer: 2 ** 26, timeout: 300_000 },
  );
  if (status !== 0) throw new Error(`bench bpe: the peer failed: ${stderr}`);
  return JSON.parse(stdout) as Peer;
}

export async function run(): Promise<void> {
  const novel = corpus('moby-dick');
  const theirs = peer(novel);
  // the first time is without compiled code, as in a notebook
  let tokenizer = text.trainBpe(novel.slice(0, 0), options);
  const train = async () => {
    tokenizer = text.trainBpe(novel, options);
  };
  const encode = async () => tokenizer.encode(novel);
  const firstTrain = await median(1, train);
  const firstEncode = await median(1, encode);
  const ids = tokenizer.encode(novel);
  if (ids.length !== theirs.ids.length || ids.some((id, i) => id !== theirs.ids[i])) {
    throw new Error('bench bpe: ours and the peer give different ids');
  }
  const again = await median(times, train);
  const durations: number[] = [];
  for (let i = 0; i < times; i++) {
    await train(); // an empty cache
    durations.push(await median(1, encode));
  }
  durations.sort((a, b) => a - b);

  const common = { bench: 'bpe', peerName: 'Hugging Face tokenizers', unit: 'ms' } as const;
  print({ ...common, case: 'train, first time', ours: firstTrain, peer: theirs.train });
  print({ ...common, case: 'train', ours: again, peer: theirs.train });
  print({ ...common, case: 'encode, first time', ours: firstEncode, peer: theirs.encode });
  print({ ...common, case: 'encode', ours: durations[times >> 1]!, peer: theirs.encode });
}
