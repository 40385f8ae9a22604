/** The library, with the ONNX back end in use. */

import { registerBackend, setBackend } from './backend/backend.ts';
import { onnxBackend } from './onnx/backend.ts';
import { tfjsBackend } from './tfjs/backend.ts';

export * from './browser.ts';
export { type Corpora, corpus, type Speech } from './data/corpus.ts';
export * from './interop/files.ts';
export { loadCheckpoint, saveCheckpoint } from './train/files.ts';

registerBackend(onnxBackend);
registerBackend(tfjsBackend(onnxBackend));
setBackend('onnx');
