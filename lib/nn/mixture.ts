/**
 * A mixture of experts: of many feed-forward parts each token uses the few that a router chooses
 * (Shazeer et al. 2017, arXiv:1701.06538), in the form of Mixtral (Jiang et al. 2024,
 * arXiv:2401.04088) with the balance loss of Switch (Fedus et al. 2021, arXiv:2101.03961).
 *
 * All experts are computed for all tokens, and the weights of those that were not chosen are 0: so
 * shapes do not depend on the choice, at experts / topK times the work.
 */

import { silu } from '../functions/activations.ts';
import { oneHot } from '../functions/indexing.ts';
import { topk } from '../functions/sorting.ts';
import { LibraryError } from '../tensor/errors.ts';
import { Parameter } from '../tensor/parameter.ts';
import { generatorFrom, type RandomOptions, uniform } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Linear } from './linear.ts';
import { announceLayer, demandLayer, Module } from './module.ts';

export interface MixtureOptions extends RandomOptions {
  /** How many experts there are. */
  experts: number;
  /** How many of them a token uses. */
  topK: number;
  /** The width inside each expert. */
  hidden: number;
}

/** What a router decides, `[tokens, experts]` each. */
interface Routing {
  /** How likely the router finds each expert. */
  probabilities: Tensor;
  /** 1 for the experts that a token uses, else 0. */
  chosen: Tensor;
}

/** The k most likely experts of each token, from logits `[tokens, experts]`. */
function route(logits: Tensor, k: number): Routing {
  const probabilities = logits.softmax(-1);
  const { indices } = topk(probabilities, k); // [tokens, k]
  const chosen = oneHot(indices, logits.shape[1]!).sum(1).cast('float32');
  return { probabilities, chosen };
}

/**
 * How much each expert counts, `[tokens, experts]`: the probabilities of those chosen, scaled to
 * sum to 1. A single one keeps its probability, as in Switch: scaled it would always be 1, and the
 * router would learn nothing.
 */
function expertWeights({ probabilities, chosen }: Routing, k: number): Tensor {
  const kept = probabilities.mul(chosen);
  return k === 1 ? kept : kept.div(kept.sum(-1, { keepdim: true }));
}

/**
 * experts · Σ fᵢ·Pᵢ (Fedus et al., formula 4), where fᵢ is the share of choices that fell on expert
 * i and Pᵢ its mean probability. 1 where all experts are used alike, more where some are preferred.
 */
function loadBalance({ probabilities, chosen }: Routing, k: number): Tensor {
  const shares = chosen.mean(0).div(k); // [experts]
  return shares.mul(probabilities.mean(0)).sum().mul(probabilities.shape[1]!);
}

/** A router and experts, each a SwiGLU without biases. */
export class MixtureOfExperts extends Module {
  readonly router: Linear;
  /** All experts side by side, `[dModel, experts · hidden]`, as is `up`. */
  readonly gate: Parameter;
  readonly up: Parameter;
  /** All experts below each other, `[experts · hidden, dModel]`. */
  readonly down: Parameter;
  readonly experts: number;
  readonly topK: number;

  constructor(dModel: number, { experts, topK, hidden, ...random }: MixtureOptions) {
    demandLayer('MixtureOfExperts');
    super();
    if (!(Number.isInteger(topK) && topK >= 1 && topK <= experts)) {
      throw new LibraryError(`nn.MixtureOfExperts: cannot use ${topK} of ${experts} experts`);
    }
    const seed = generatorFrom('nn.MixtureOfExperts', random);
    // each expert starts as its linear layers would: uniform between ±1/√in
    const start = (shape: number[], inputs: number) =>
      new Parameter(uniform(shape, 1 / Math.sqrt(inputs), seed));
    this.router = new Linear(dModel, experts, { bias: false, seed });
    this.gate = start([dModel, experts * hidden], dModel);
    this.up = start([dModel, experts * hidden], dModel);
    this.down = start([experts * hidden, dModel], hidden);
    this.experts = experts;
    this.topK = topK;
  }

  /**
   * @param x `[..., dModel]`
   * @returns `output` of the same shape, and `balanceLoss`, a number that belongs into the loss
   *   with a small factor (0.01 in Switch), so that all experts get work
   */
  override forward(x: Tensor): { output: Tensor; balanceLoss: Tensor } {
    demandLayer('MixtureOfExperts');
    const tokens = x.reshape([-1, x.shape.at(-1)!]); // [tokens, dModel]
    const routing = route(this.router.forward(tokens), this.topK);
    const weights = expertWeights(routing, this.topK); // [tokens, experts]
    const hidden = silu(tokens.matmul(this.gate)).mul(tokens.matmul(this.up));
    // experts side by side are one wide layer, whose hidden numbers count as much as their expert
    const byExpert = hidden.reshape([tokens.shape[0]!, this.experts, -1]); // [tokens, experts, hidden]
    const weighed = byExpert.mul(weights.unsqueeze(-1)).reshape(hidden.shape);
    const output = weighed.matmul(this.down).reshape(x.shape);
    return { output, balanceLoss: loadBalance(routing, this.topK) };
  }
}

announceLayer('MixtureOfExperts');
