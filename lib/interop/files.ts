/** Exchange with other programs by files; Node only. */

export { exportOnnx, loadModel, saveModel } from './model-folder.ts';
export { loadSafetensors, openSafetensors, saveSafetensors } from './safetensors/file.ts';
