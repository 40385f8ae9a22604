/** Notebooks that were handed in: how one is kept, and how a folder of them is read. */
export { findSubmissions, type Handed, SubmissionsError } from './find.ts';
export { type Receipt, readReceipt, submit } from './submit.ts';
