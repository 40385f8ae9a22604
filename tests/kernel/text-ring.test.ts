import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { TextRing } from '../../kernel/src/text-ring.ts';

describe('TextRing', () => {
  it('gives back what was written, in order, with origin and stream', () => {
    const ring = new TextRing();
    ring.write(1, 0, 'one');
    ring.write(2, 1, 'zwölf 🙂');
    expect(ring.read()).toEqual({ origin: 1, stream: 0, text: 'one' });
    expect(ring.read()).toEqual({ origin: 2, stream: 1, text: 'zwölf 🙂' });
    expect(ring.read()).toBeNull();
  });

  it('stops at a position', () => {
    const ring = new TextRing();
    ring.write(1, 0, 'before');
    const { position } = ring;
    ring.write(1, 0, 'after');
    expect(ring.read(position)?.text).toBe('before');
    expect(ring.read(position)).toBeNull();
    expect(ring.read()?.text).toBe('after');
  });

  it('goes round many times, with texts of all lengths', () => {
    const ring = new TextRing();
    for (let i = 0; i < 3000; i++) {
      const text = '⟨é🙂x'.repeat((i * 37) % 1500);
      ring.write(i, 0, text);
      let read = '';
      for (let part = ring.read(); part; part = ring.read()) read += part.text;
      expect(read === text).toBe(true);
    }
  });

  it('lets a writer on another thread wait for room', async () => {
    const ring = new TextRing();
    const source = new URL('../../kernel/src/text-ring.ts', import.meta.url).href;
    const worker = new Worker(
      `const { workerData } = require('node:worker_threads');
       import(${JSON.stringify(source)}).then(({ TextRing }) => {
         const ring = new TextRing(workerData);
         for (let i = 0; i < 40_000; i++) ring.write(i, 0, 'line ' + i + ' '.repeat(100) + '\\n');
         ring.write(-1, 0, 'end');
       });`,
      { eval: true, workerData: ring.buffer },
    );
    let expected = 0;
    for (let ended = false; !ended; ) {
      await ring.readable();
      for (let part = ring.read(); part; part = ring.read()) {
        if (part.origin === -1) ended = true;
        else {
          expect(part.text.startsWith(`line ${expected} `)).toBe(true);
          expected++;
        }
      }
    }
    expect(expected).toBe(40_000);
    await worker.terminate();
  });
});
