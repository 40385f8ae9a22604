/** Exchange with other programs; the part that needs no files. */

export { gptToOnnx } from './gpt-onnx.ts';
export { gptFromHuggingFace, gptToHuggingFace } from './hugging-face.ts';
export {
  readSafetensors,
  type SafetensorsOptions,
  type SafetensorsReader,
  type TensorDict,
  writeSafetensors,
} from './safetensors/safetensors.ts';
