/** The last steps of encoding: special tokens around the ids, at most so many, at least so many. */

import type { Json } from './json.ts';
import { largestId } from './model.ts';

/** Ids to put before and after those of the text. */
export interface Frame {
  before: readonly number[];
  after: readonly number[];
}

const nothing: Frame = { before: [], after: [] };

const readers: Readonly<Record<string, (json: Json) => Frame>> = {
  Sequence: (json) =>
    json
      .get('processors')
      .items()
      .map(postProcessor)
      .reduce(
        (inner, outer) => ({
          before: [...outer.before, ...inner.before],
          after: [...inner.after, ...outer.after],
        }),
        nothing,
      ),
  TemplateProcessing: template,
  BertProcessing: (json) => ({
    before: [pairId(json.get('cls'))],
    after: [pairId(json.get('sep'))],
  }),
  RobertaProcessing: (json) => ({
    before: [pairId(json.get('cls'))],
    after: [pairId(json.get('sep'))],
  }),
  ByteLevel: () => nothing, // it only moves offsets, which we do not keep
};

export function postProcessor(json: Json): Frame {
  if (json.missing) return nothing;
  const type = json.get('type').string();
  if (Object.hasOwn(readers, type)) return readers[type]!(json);
  const names = Object.keys(readers).join(', ');
  return json.fail(`is a ${type}, which is not supported; post-processors that are: ${names}`);
}

/** Special tokens around `{"Sequence": {"id": "A"}}`, each of which may stand for several ids. */
function template(json: Json): Frame {
  const idsOf = (name: Json): number[] =>
    json
      .get('special_tokens')
      .get(name.string())
      .get('ids')
      .items()
      .map((id) => id.integer(largestId));
  const before: number[] = [];
  const after: number[] = [];
  let met = false;
  for (const piece of json.get('single').items()) {
    const sequence = piece.get('Sequence');
    if (sequence.missing) {
      (met ? after : before).push(...idsOf(piece.get('SpecialToken').get('id')));
    } else {
      if (met || sequence.get('id').oneOf(['A', 'B']) === 'B') sequence.fail('must be A, once');
      met = true;
    }
  }
  if (!met) json.get('single').fail('must have the sequence A');
  return { before, after };
}

/** The id in `["[CLS]", 101]`. */
function pairId(json: Json): number {
  const [token, id] = json.items();
  if (token === undefined || id === undefined) return json.fail('must be a token and its id');
  token.string();
  return id.integer(largestId);
}

/** How many ids there may be, and must be. */
export interface Lengths {
  /** Ids beyond this many are cut off, those of the frame counted; never where Infinity. */
  longest: number;
  cutLeft: boolean;
  /** Filled up to this many with `padId`. */
  shortest: number;
  multipleOf: number;
  padId: number;
  padLeft: boolean;
}

export function lengths(truncation: Json, padding: Json): Lengths {
  const cut = !truncation.missing;
  const pad = !padding.missing;
  const fixed = pad && typeof padding.get('strategy').value === 'object';
  if (cut) truncation.get('strategy').oneOf(['LongestFirst', 'OnlyFirst']);
  if (pad && !fixed) padding.get('strategy').oneOf(['BatchLongest']);
  const multiple = padding.missing ? null : padding.get('pad_to_multiple_of');
  return {
    longest: cut ? truncation.get('max_length').integer(Number.MAX_SAFE_INTEGER) : Infinity,
    cutLeft: cut && truncation.get('direction').oneOf(['Left', 'Right'], 'Right') === 'Left',
    shortest: fixed
      ? padding
          .get('strategy')
          .get('Fixed')
          .integer(2 ** 24)
      : 0,
    multipleOf: multiple === null || multiple.missing ? 1 : Math.max(1, multiple.integer(2 ** 16)),
    padId: pad ? padding.get('pad_id').integer(largestId) : 0,
    padLeft: pad && padding.get('direction').oneOf(['Left', 'Right'], 'Right') === 'Left',
  };
}

/** Cuts, frames and fills up the ids of a text. */
export function finish(ids: number[], frame: Frame, limits: Lengths): number[] {
  const room = Math.max(0, limits.longest - frame.before.length - frame.after.length);
  const kept =
    ids.length <= room ? ids : limits.cutLeft ? ids.slice(ids.length - room) : ids.slice(0, room);
  const framed = [...frame.before, ...kept, ...frame.after];
  const least = Math.max(limits.shortest, framed.length);
  const length = Math.ceil(least / limits.multipleOf) * limits.multipleOf;
  const filling = new Array<number>(length - framed.length).fill(limits.padId);
  return limits.padLeft ? [...filling, ...framed] : [...framed, ...filling];
}
