/** `data`: from texts to batches. */

export {
  type Ids,
  type PadOptions,
  padCollate,
  type ShiftOptions,
  type Stacked,
  shifted,
  stackCollate,
  type Tuple,
} from './collate.ts';
export {
  deduplicate,
  jaccard,
  type MinHashOptions,
  minHash,
  type NearDuplicate,
  type NearDuplicateOptions,
  type NearDuplicates,
  nearDuplicates,
  shingles,
} from './deduplicate.ts';
export { DataLoader, type Dataset, type LoaderOptions, type LoaderState } from './loader.ts';
export {
  type SplitOptions,
  trainValidationSplit,
  type Window,
  type WindowOptions,
  windows,
} from './windows.ts';
