/**
 * Beam search: several continuations are followed side by side, always the likeliest ones
 * (Sutskever et al. 2014, arXiv:1409.3215, section 3.2), and compared with the length penalty of
 * Wu et al. 2016 (arXiv:1609.08144, formula 14, without coverage).
 *
 * Deviation: the search ends when as many texts have ended as there are beams; what is still
 * followed then, or when `maxTokens` are written, takes part in the comparison as it is.
 */

import { publicOp } from '../forbid.ts';
import { LibraryError } from '../tensor/errors.ts';
import type { Decodable } from './decoding.ts';
import { checkMaxTokens, checkPrompt, stopsOf, type WritingOptions } from './generate.ts';
import { kthLargest, probabilitiesOf } from './sampling.ts';

export interface BeamOptions extends WritingOptions {
  /** How many continuations are followed. */
  beams?: number;
  /** α: 0 compares plain probabilities, which favours short texts; larger favours longer ones. */
  lengthPenalty?: number;
}

export interface Beam {
  /** What was written, without the prompt and without the stop token. */
  tokens: number[];
  /** log p of it and, if it ended, of its stop token; over the length penalty. */
  score: number;
}

interface Path {
  tokens: number[];
  logProbability: number;
}

/** The likeliest continuations found, the best first. */
export const beamSearch = publicOp(
  'beamSearch',
  async (model: Decodable, prompt: readonly number[], options: BeamOptions): Promise<Beam[]> => {
    checkPrompt('beamSearch', prompt);
    const { beams = 4, maxTokens, lengthPenalty = 0.6, signal } = options;
    checkMaxTokens('beamSearch', maxTokens);
    if (!(Number.isInteger(beams) && beams >= 1)) {
      throw new LibraryError(`beamSearch: beams is a whole number from 1 on, not ${beams}`);
    }
    const stops = stopsOf(options);
    const decoding = model.decode(beams);
    const ended: Beam[] = [];
    const beam = ({ tokens, logProbability }: Path, length: number): Beam => ({
      tokens,
      score: logProbability / ((5 + length) / 6) ** lengthPenalty,
    });
    // all beams start alike, so only the first may go on
    let paths: Path[] = Array.from({ length: beams }, (_, i) => ({
      tokens: [],
      logProbability: i === 0 ? 0 : -Infinity,
    }));
    let fresh = paths.map(() => prompt);
    for (let written = 0; written < maxTokens && ended.length < beams; written++) {
      signal?.throwIfAborted();
      const logits = await decoding.read(fresh);
      const steps = bestSteps(paths, logits, beams + stops.size * beams);
      for (const step of steps.slice(0, beams)) {
        if (stops.has(step.token)) ended.push(beam(stepped(paths, step, false), written + 1));
      }
      const open = steps.filter(({ token }) => !stops.has(token)).slice(0, beams);
      if (open.length === 0) return best(ended, beams);
      while (open.length < beams) open.push({ ...open[0]!, logProbability: -Infinity });
      paths = open.map((step) => stepped(paths, step, true));
      decoding.select(open.map(({ from }) => from));
      fresh = open.map(({ token }) => [token]);
    }
    const running = paths.filter(({ logProbability }) => logProbability > -Infinity);
    return best([...ended, ...running.map((path) => beam(path, path.tokens.length))], beams);
  },
);

/** One more token after path `from`. */
interface Step {
  from: number;
  token: number;
  logProbability: number;
}

/** The `count` likeliest ways to go on, the best first. */
function bestSteps(paths: readonly Path[], logits: readonly Float32Array[], count: number): Step[] {
  const steps = paths.flatMap(({ logProbability }, from): Step[] => {
    if (logProbability === -Infinity) return [];
    const probabilities = probabilitiesOf(logits[from]!);
    const least = kthLargest(probabilities, Math.min(count, probabilities.length));
    const kept: Step[] = [];
    for (const [token, p] of probabilities.entries()) {
      if (p < least || p === 0) continue;
      kept.push({ from, token, logProbability: logProbability + Math.log(p) });
    }
    return kept;
  });
  return steps.sort((a, b) => b.logProbability - a.logProbability).slice(0, count);
}

function stepped(
  paths: readonly Path[],
  { from, token, logProbability }: Step,
  add: boolean,
): Path {
  const { tokens } = paths[from]!;
  return { tokens: add ? [...tokens, token] : tokens, logProbability };
}

function best(found: Beam[], count: number): Beam[] {
  return found.sort((a, b) => b.score - a.score).slice(0, count);
}
