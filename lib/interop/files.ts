/** Exchange with other programs by files; Node only. */

export { loadSafetensors, openSafetensors, saveSafetensors } from './safetensors/file.ts';
