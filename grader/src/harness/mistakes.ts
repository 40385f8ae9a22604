import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Exercise, exercisePaths } from '../catalogue/index.ts';
import { decode } from '../channel/decode.ts';
import { encode } from '../channel/encode.ts';
import type { CompiledAnswer } from '../slicing/compile.ts';
import { sliceFile } from '../slicing/slice.ts';
import { type Ground, type LoadedAnswer, noHandlers } from './answer.ts';
import { sameOutcome } from './compare.ts';
import type { RecordedCall } from './remote.ts';
import { TestFileError } from './run.ts';
import { describeTensor, receiver } from './tensors.ts';

/** A wrong answer that people give, with what a teacher says to it. */
export type Mistake = { name: string; feedback: string; file: string };

/** The mistakes that an exercise knows, by name. */
export function loadMistakes(root: string, id: string): Mistake[] {
  const directory = exercisePaths(root, id).mistakes;
  let files: string[];
  try {
    files = readdirSync(directory);
  } catch {
    return []; // a student edition has none
  }
  return files
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => {
      const file = path.join(directory, name);
      return { name: name.slice(0, -'.ts'.length), feedback: feedbackIn(file), file };
    });
}

/** The first JSDoc block of a file, without its stars. */
export function feedbackIn(file: string): string {
  const block = /\/\*\*([\s\S]*?)\*\//.exec(readFileSync(file, 'utf8'))?.[1] ?? '';
  const lines = block.split('\n').map((line) => line.replace(/^\s*\* ?/, '').trimEnd());
  return lines.join('\n').trim();
}

const compiled = new Map<string, { stamp: string; answer: CompiledAnswer }>();

/** Compiles a trusted file as an answer, once per content. @throws TestFileError where it is none */
export function compileFile(file: string, exercise: Exercise): CompiledAnswer {
  const { mtimeMs, size } = statSync(file);
  const stamp = `${mtimeMs}:${size}:${exercise.declares}`;
  const known = compiled.get(file);
  if (known?.stamp === stamp) return known.answer;
  const slice = sliceFile(readFileSync(file, 'utf8'), exercise);
  if (slice.status !== 'ready') {
    const why = slice.status === 'error' ? (slice.error?.message ?? slice.message) : slice.status;
    throw new TestFileError(`${file}: ${why}`);
  }
  compiled.set(file, { stamp, answer: slice.answer });
  return slice.answer;
}

/**
 * The mistake that behaves exactly like the answer: same results, same kinds of errors, on every call that the tests
 * made. Null where the answer made no call, or is wrong in a way of its own.
 */
export async function recogniseMistake(
  ground: Ground,
  exercise: Exercise,
  mistakes: Mistake[],
  calls: RecordedCall[],
): Promise<Mistake | null> {
  if (calls.length === 0) return null;
  for (const mistake of mistakes) {
    if (await behavesLike(ground, exercise, mistake, calls)) return mistake;
  }
  return null;
}

async function behavesLike(
  ground: Ground,
  exercise: Exercise,
  mistake: Mistake,
  calls: RecordedCall[],
): Promise<boolean> {
  const loading = await ground.load(
    compileFile(mistake.file, exercise),
    exercise.forbids,
    noHandlers,
  );
  if ('failed' in loading) return false;
  for (const call of calls) {
    if (!sameOutcome(call.outcome, await replay(loading.loaded, call))) return false;
  }
  return true;
}

/** The same call again; functions among the arguments are those of the test itself. */
function replay(answer: LoadedAnswer, call: RecordedCall) {
  return answer.call(call.target, call.args, {
    printed: () => {},
    callback(id, args) {
      const fn = call.functions.get(id);
      if (!fn) return noCallback();
      const values = decode(args, receiver(noCallback)) as unknown[];
      const { wire, blobs } = encode(fn(...values), { describeTensor, register: noCallback });
      return { reply: { type: 'returned', value: wire }, blobs };
    },
  });
}

function noCallback(): never {
  throw new Error('This function cannot be called again.');
}
