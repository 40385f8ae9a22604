/**
 * A GPT with a mixture of experts in each block (Switch: Fedus et al. 2021, arXiv:2101.03961;
 * Mixtral: Jiang et al. 2024, arXiv:2401.04088): of many feed-forward parts each token uses the few
 * that a router chooses. So the model knows more than it computes with at any token.
 *
 * Everything but the experts is Llama's, without options: RMS norms, rotary positions, no biases.
 * Attention is GPT's. Deviations: weights start as GPT-2's; all experts are
 * computed for all tokens, see `nn.MixtureOfExperts`.
 *
 * Parameters: tokenEmbedding.weight; blocks.N.norm1.weight; blocks.N.attention.qkv.weight,
 * .output.weight; blocks.N.norm2.weight; blocks.N.experts.router.weight, .gate, .up, .down;
 * finalNorm.weight; head.weight.
 */

import { announce, demandLeave } from '../forbid.ts';
import { crossEntropy } from '../functions/class-losses.ts';
import { stack } from '../functions/movement.ts';
import { Embedding } from '../nn/embedding.ts';
import type { PastLayer } from '../nn/key-value-cache.ts';
import { Linear } from '../nn/linear.ts';
import { MixtureOfExperts } from '../nn/mixture.ts';
import { Module } from '../nn/module.ts';
import { RMSNorm } from '../nn/rms-norm.ts';
import { generatorFrom, type RandomOptions } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { CachedDecoding, type Past, readThrough } from './cached-decoding.ts';
import type { Decodable, Decoding } from './decoding.ts';
import { CausalSelfAttention, type Rotation, rotationOf } from './gpt.ts';
import { lengthOf, normal } from './pieces.ts';

export interface MixtureGPTConfig {
  vocabularySize: number;
  /** How many tokens it sees at most. */
  contextLength: number;
  layers: number;
  heads: number;
  /** Heads of keys and values, shared by groups of query heads; as many as `heads` if left out. */
  kvHeads?: number;
  width: number;
  /** How many experts each block has. */
  experts: number;
  /** How many of them a token uses; 2 if left out, as in Mixtral. */
  topK?: number;
  /** Width within each expert; 4 · width if left out. */
  ffWidth?: number;
  /** How much it counts in the loss that experts are used alike; 0.01 if left out, as in Switch. */
  balance?: number;
  /** The standard deviation with which matrices start; 0.02 if left out, see `GPTConfig`. */
  initStd?: number;
}

class Block extends Module {
  readonly norm1: RMSNorm;
  readonly attention: CausalSelfAttention;
  readonly norm2: RMSNorm;
  readonly experts: MixtureOfExperts;

  constructor(config: Required<MixtureGPTConfig>, random: RandomOptions) {
    super();
    const { width, experts, topK, ffWidth } = config;
    this.norm1 = new RMSNorm(width, { eps: 1e-5 });
    this.attention = new CausalSelfAttention({ ...config, bias: false, dropout: 0 }, random);
    this.norm2 = new RMSNorm(width, { eps: 1e-5 });
    this.experts = new MixtureOfExperts(width, { experts, topK, hidden: ffWidth, ...random });
  }

  /** `[batch, length, width]` to the same, and how unequally the experts were used. */
  override forward(x: Tensor, rotation: Rotation) {
    const h = x.add(this.attention.forward(this.norm1.forward(x), rotation));
    const { output, balanceLoss } = this.experts.forward(this.norm2.forward(h));
    return { y: h.add(output), balanceLoss };
  }

  forwardCached(x: Tensor, past: PastLayer, mask: Tensor, rotation: Rotation) {
    const { y, k, v } = this.attention.forwardCached(this.norm1.forward(x), past, mask, rotation);
    const h = x.add(y);
    return { y: h.add(this.experts.forward(this.norm2.forward(h)).output), k, v };
  }
}

export class MixtureGPT extends Module implements Decodable {
  readonly tokenEmbedding: Embedding;
  readonly blocks: Block[];
  readonly finalNorm: RMSNorm;
  readonly head: Linear;
  readonly rotation: Rotation;
  readonly config: Required<MixtureGPTConfig>;

  constructor(options: MixtureGPTConfig, random: RandomOptions) {
    demandLeave('MixtureGPT');
    super();
    const { heads, width, vocabularySize, layers } = options;
    const config = {
      kvHeads: heads,
      topK: 2,
      ffWidth: 4 * width,
      balance: 0.01,
      initStd: 0.02,
      ...options,
    };
    const seed = generatorFrom('MixtureGPT', random);
    this.config = config;
    this.tokenEmbedding = new Embedding(vocabularySize, width, { seed });
    this.blocks = Array.from({ length: layers }, () => new Block(config, { seed }));
    this.finalNorm = new RMSNorm(width, { eps: 1e-5 });
    this.head = new Linear(width, vocabularySize, { bias: false, seed });
    this.rotation = rotationOf({ ...config, rotaryBase: 10_000 });
    for (const parameter of this.parameters()) {
      if (parameter.ndim === 2) parameter.assign(normal(parameter.shape, config.initStd, seed));
    }
  }

  /** Logits after each place: ids `[batch, length]` → `[batch, length, vocabularySize]`. */
  override forward(ids: Tensor): Tensor {
    return this.read(ids).logits;
  }

  /** The mean of −log p(target), and the weighted mean of the blocks' balance losses. */
  loss(ids: Tensor, targets: Tensor): Tensor {
    const { logits, balanceLosses } = this.read(ids);
    const balance = stack(balanceLosses).mean().mul(this.config.balance);
    return crossEntropy(logits.flatten(0, 1), targets.flatten()).add(balance);
  }

  /** As GPT's: see there. */
  forwardCached(ids: Tensor, past: Past): { logits: Tensor; news: Tensor } {
    const at = (table: Tensor) => table.indexSelect(0, past.places).unsqueeze(1);
    const rotation = { cos: at(this.rotation.cos), sin: at(this.rotation.sin) };
    const { last, news } = readThrough(
      this.blocks,
      this.tokenEmbedding.forward(ids),
      past,
      rotation,
    );
    return { logits: this.head.forward(this.finalNorm.forward(last)), news };
  }

  /** Starts reading and continuing `batch` sequences at once; see `generate`. */
  decode(batch = 1): Decoding {
    return new CachedDecoding(this, batch);
  }

  private read(ids: Tensor): { logits: Tensor; balanceLosses: Tensor[] } {
    const length = lengthOf('MixtureGPT', ids, this.config.contextLength);
    const first = (x: Tensor) => x.narrow(0, 0, length);
    const rotation = { cos: first(this.rotation.cos), sin: first(this.rotation.sin) };
    let x = this.tokenEmbedding.forward(ids); // [batch, length, width]
    const balanceLosses: Tensor[] = [];
    for (const block of this.blocks) {
      const { y, balanceLoss } = block.forward(x, rotation);
      balanceLosses.push(balanceLoss);
      x = y;
    }
    return { logits: this.head.forward(this.finalNorm.forward(x)), balanceLosses };
  }
}

announce('MixtureGPT');
