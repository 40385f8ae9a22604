/** Layers. */

export { Parameter } from '../tensor/parameter.ts';
export { MultiHeadAttention, type MultiHeadOptions } from './attention.ts';
export { Embedding } from './embedding.ts';
export { LayerNorm } from './layer-norm.ts';
export { Linear, type LinearOptions } from './linear.ts';
export { Module } from './module.ts';
