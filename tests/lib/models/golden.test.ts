/** What the models compute, and their gradients, are what PyTorch computes with the same weights. */

import {
  BERT,
  type GPT,
  LSTMLanguageModel,
  type MixtureGPT,
  MLP,
  type nn,
  Seq2Seq,
  type Tensor,
  Transformer,
  tensor,
} from '@lectern/lib';
import { expect, it } from 'vitest';
import { forEachBackend } from '../support/backends.ts';
import { countParameters, expectAsPyTorch, filledUp, ids, makeDecoder } from './support.ts';

interface Case {
  model: nn.Module;
  logits: () => Tensor;
  loss: () => Tensor;
  /** How many numbers the model learns, by the formulas. */
  parameters: number;
}

const random = { seed: 1 };
const [tokens, targets] = [ids(11, 2, 5, 3), ids(11, 2, 5, 7)];
const source = filledUp(ids(10, 2, 4, 3).add(1), [4, 2]);
const target = filledUp(ids(10, 2, 6, 7).add(1), [6, 5]);
const text = filledUp(ids(10, 2, 5, 3).add(1), [5, 3]);

/** A model of the next token after each. */
function ofNext(model: GPT | MixtureGPT | LSTMLanguageModel, parameters: number): Case {
  const [logits, loss] = [() => model.forward(tokens), () => model.loss(tokens, targets)];
  return { model, logits, loss, parameters };
}

/** A model that makes one sequence of another. */
function ofPairs(model: Seq2Seq | Transformer, parameters: number): Case {
  const before = target.narrow(1, 0, 5);
  const [logits, loss] = [() => model.forward(source, before), () => model.loss(source, target)];
  return { model, logits, loss, parameters };
}

function gpt2(): Case {
  // 12 · layers · width² in the matrices, 13 · layers · width in biases and norms
  const count = 11 * 8 + 6 * 8 + 12 * 2 * 8 * 8 + 13 * 2 * 8 + 2 * 8;
  return ofNext(makeDecoder.gpt2(), count);
}

/** Queries of four heads, keys and values of two, and the output. */
const grouped = 16 * (4 + 2 * 2) * 4 + 16 * 16;

function llama(): Case {
  const block = grouped + 3 * 16 * 24 + 2 * 16;
  return ofNext(makeDecoder.llama(), 2 * 11 * 16 + 2 * block + 16);
}

function moe(): Case {
  const block = grouped + 16 * 3 + 3 * 3 * 16 * 6 + 2 * 16;
  return ofNext(makeDecoder.moe(), 2 * 11 * 16 + 2 * block + 16);
}

function mlp(): Case {
  const sizes = { vocabularySize: 11, contextLength: 3, width: 4, hidden: 6, direct: true };
  const model = new MLP(sizes, random);
  const [x, y] = [ids(11, 4, 3, 3), ids(11, 1, 4, 7).squeeze(0)];
  // |V|(1 + nm + h) + h(1 + nm) + |V|m, as in the paper's section 2
  const parameters = 11 * (1 + 12 + 6) + 6 * (1 + 12) + 11 * 4;
  return { model, logits: () => model.forward(x), loss: () => model.loss(x, y), parameters };
}

function lstm(): Case {
  const model = new LSTMLanguageModel(
    { vocabularySize: 11, width: 4, hidden: 6, layers: 2 },
    random,
  );
  return ofNext(model, 11 * 4 + 4 * 6 * (4 + 6 + 1) + 4 * 6 * (6 + 6 + 1) + 6 * 11 + 11);
}

function seq2seq(): Case {
  const sizes = { sourceVocabularySize: 11, targetVocabularySize: 11, padding: 0 };
  const gru = (inputs: number) => 3 * 5 * (inputs + 5 + 1) + 5;
  const rest = 2 * 11 * 4 + (5 * 5 + 5) + 5 * 5 + 10 * 5 + 5 + (19 * 11 + 11);
  const model = new Seq2Seq({ ...sizes, width: 4, hidden: 5 }, random);
  return ofPairs(model, 2 * gru(4) + gru(14) + rest);
}

function transformer(): Case {
  const sizes = { vocabularySize: 11, layers: 2, heads: 2, width: 8, ffWidth: 12, padding: 0 };
  const attention = 4 * (8 * 8 + 8);
  const feedForward = 2 * 8 * 12 + 12 + 8;
  const encoder = attention + feedForward + 2 * 16;
  const decoder = 2 * attention + feedForward + 3 * 16;
  return ofPairs(new Transformer(sizes, random), 11 * 8 + 2 * (encoder + decoder));
}

function bert(task: 'masked' | 'classes'): Case {
  const sizes = { vocabularySize: 11, contextLength: 6, layers: 2, heads: 2, width: 8, padding: 0 };
  const model = new BERT({ ...sizes, classes: 3 }, random);
  const block = 4 * (8 * 8 + 8) + 2 * 8 * 32 + 32 + 8 + 4 * 8;
  const heads = 8 * 8 + 8 + 2 * 8 + 11 + (8 * 8 + 8) + (8 * 3 + 3);
  const parameters = (11 + 6 + 2) * 8 + 2 * 8 + 2 * block + heads;
  if (task === 'classes') {
    const classes = tensor([2, 0], { dtype: 'int64' });
    const loss = () => model.classLoss(text, classes);
    return { model, logits: () => model.classify(text), loss, parameters };
  }
  const masked = tensor(Array.from({ length: 10 }, (_, i) => i % 3 === 1)).reshape([2, 5]);
  const guesses = targets.mul(masked).sub(masked.logicalNot().cast('int64').mul(100));
  const loss = () => model.maskedLoss(text, guesses);
  return { model, logits: () => model.maskedLogits(text), loss, parameters };
}

const cases: Record<string, () => Case> = {
  gpt2,
  llama,
  moe,
  mlp,
  lstm,
  seq2seq,
  transformer,
  bert: () => bert('masked'),
  bertClasses: () => bert('classes'),
};

forEachBackend('models', () => {
  for (const [name, make] of Object.entries(cases)) {
    it(`${name} computes what PyTorch computes`, async () => {
      const { model, logits, loss, parameters } = make();
      expect(countParameters(model)).toBe(parameters);
      await expectAsPyTorch(name, model, () => ({ logits: logits(), loss: loss() }));
    });
  }
});
