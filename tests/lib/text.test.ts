/** The Llama tokenizer: the course's own examples, and what has to come back unchanged. */

import { llamaTokenizer } from '@lectern/lib';
import { describe, expect, it } from 'vitest';

describe('llamaTokenizer', () => {
  it('cuts the worked example as the vocabulary of Phi-3 and Llama does', () => {
    const ids = [1, 3387, 263, 20254, 10541];
    expect(llamaTokenizer.encode('Just a dummy sentence')).toEqual(ids);
    expect(llamaTokenizer.encode('Just a dummy sentence', { bos: false })).toEqual(ids.slice(1));
    expect(llamaTokenizer.pieces('Just a dummy sentence')).toEqual([
      '▁Just',
      '▁a',
      '▁dummy',
      '▁sentence',
    ]);
    expect(llamaTokenizer.decode(ids)).toBe('Just a dummy sentence');
    expect(llamaTokenizer.decode(ids.slice(1))).toBe('Just a dummy sentence');
  });

  it.each(['', ' ', 'Zażółć gęślą jaźń', '日本語 🦙\n\ttabs', '  two  spaces '])(
    'gives %j back',
    (text) => {
      expect(llamaTokenizer.decode(llamaTokenizer.encode(text))).toBe(text);
      expect(llamaTokenizer.decode(llamaTokenizer.encode(text, { bos: false }))).toBe(text);
    },
  );
});
