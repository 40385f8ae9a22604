/** Layers. */

export { Parameter } from '../tensor/parameter.ts';
export {
  type KeysAndValues,
  MultiHeadAttention,
  type MultiHeadDesign,
  type MultiHeadOptions,
} from './attention.ts';
export { type BlockOptions, DecoderBlock, type DecoderOptions, EncoderBlock } from './blocks.ts';
export { Dropout, type DropoutOptions } from './dropout.ts';
export { Embedding } from './embedding.ts';
export { FeedForward, type FeedForwardOptions, SwiGLU } from './feed-forward.ts';
export {
  attendWithPast,
  type CacheSizes,
  KeyValueCache,
  type PastLayer,
} from './key-value-cache.ts';
export { LayerNorm } from './layer-norm.ts';
export { Linear, type LinearOptions } from './linear.ts';
export { addLoRA, LoRALinear, type LoRAOptions, loraParameters } from './lora.ts';
export { MixtureOfExperts, type MixtureOptions } from './mixture.ts';
export { Module } from './module.ts';
export {
  LearnedPositions,
  type PositionOptions,
  SinusoidalPositions,
  sinusoidalPositions,
} from './positions.ts';
export { QuantizedEmbedding } from './quantized-embedding.ts';
export { QuantizedLinear, type QuantizeOptions, quantize } from './quantized-linear.ts';
export {
  GRU,
  LSTM,
  type Recurrence,
  type RecurrentOptions,
  RNN,
} from './recurrent.ts';
export {
  type CellOptions,
  GRUCell,
  LSTMCell,
  type LSTMState,
  RNNCell,
  type RNNOptions,
} from './recurrent-cells.ts';
export { RMSNorm } from './rms-norm.ts';
export { type RotaryOptions, rotary } from './rotary.ts';
export { type Layer, Sequential } from './sequential.ts';
