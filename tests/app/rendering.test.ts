import { describe, expect, it } from 'vitest';
import { isActive } from '../../app/src/rendering/active.ts';
import { fromHash, storageKey, toHash } from '../../app/src/rendering/explorable-link.ts';
import { ExplorableModel } from '../../app/src/rendering/explorable-model.ts';
import { fenceText, isExplorable, parseFence } from '../../app/src/rendering/fence.ts';

describe('the fence of an explorable', () => {
  it('is known by the first word of its info string', () => {
    expect(isExplorable('explorable attention/qk')).toBe(true);
    expect(isExplorable('explorable')).toBe(true);
    expect(isExplorable('explorables')).toBe(false);
    expect(isExplorable('typescript')).toBe(false);
    expect(isExplorable(undefined)).toBe(false);
  });

  it('takes its state from the lines below, from the first line, or from both', () => {
    const states = [
      fenceText('explorable attention/qk', '{ "d": 2 }'),
      fenceText('explorable attention/qk { "d": 2 }', ''),
      fenceText('explorable attention/qk {', '  "d": 2\n}'),
    ].map(parseFence);
    for (const fence of states) expect(fence).toEqual({ name: 'attention/qk', state: { d: 2 } });
  });

  it('may have no state', () => {
    expect(parseFence(fenceText('explorable attention/qk', ''))).toEqual({
      name: 'attention/qk',
      state: {},
    });
  });

  it('tells its author what is wrong', () => {
    expect(() => parseFence('{ "d": 2 }')).toThrow(/names no explorable/);
    expect(() => parseFence('a/b { d: 2 }')).toThrow(/“a\/b” is not JSON/);
    expect(() => parseFence('a/b [1]')).toThrow(/must be a JSON object/);
  });
});

describe('the model of an explorable', () => {
  it('tells of a change by name and in general, and only of changes', () => {
    const model = new ExplorableModel({ d: 2 }, () => undefined);
    const heard: string[] = [];
    model.on('change:d', () => heard.push('d'));
    model.on('change', () => heard.push('any'));
    model.set('d', 2);
    expect(heard).toEqual([]);
    model.set('d', 3);
    expect(heard).toEqual(['d', 'any']);
    expect(model.get('d')).toBe(3);
  });

  it('saves when asked to, and only what has changed since', () => {
    const saved: unknown[] = [];
    const model = new ExplorableModel({ d: 2 }, (state) => saved.push(state));
    model.save_changes();
    model.set('d', 3);
    model.save_changes();
    model.save_changes();
    expect(saved).toEqual([{ d: 3 }]);
  });

  it('forgets one listener, those of one event, or all', () => {
    const model = new ExplorableModel({}, () => undefined);
    const heard: string[] = [];
    const first = () => heard.push('first');
    model.on('change:a', first);
    model.on('change:a', () => heard.push('second'));
    model.on('change', () => heard.push('any'));
    model.off('change:a', first);
    model.set('a', 1);
    expect(heard.splice(0)).toEqual(['second', 'any']);
    model.off('change:a');
    model.set('a', 2);
    expect(heard.splice(0)).toEqual(['any']);
    model.off();
    model.set('a', 3);
    expect(heard).toEqual([]);
  });

  it('does not change the state it was given', () => {
    const first = { d: 2 };
    new ExplorableModel(first, () => undefined).set('d', 3);
    expect(first).toEqual({ d: 2 });
  });
});

describe('a link to an explorable', () => {
  const state = { query: [1, 0.5], label: 'ü & # =' };

  it('brings the state back, to the explorable it names only', () => {
    expect(fromHash(toHash('attention/qk', state), 'attention/qk')).toEqual(state);
    expect(fromHash(toHash('attention/qk', state), 'attention/width')).toBeNull();
  });

  it('that was cut short is as none', () => {
    const whole = toHash('attention/qk', state);
    for (const length of [whole.length - 1, whole.length - 3, 20]) {
      expect(fromHash(whole.slice(0, length), 'attention/qk')).toBeNull();
    }
  });

  it('is kept apart by notebook, name and the author’s first state', () => {
    const keys = [
      storageKey('a.ipynb', 'x/y', { d: 1 }),
      storageKey('b.ipynb', 'x/y', { d: 1 }),
      storageKey('a.ipynb', 'x/z', { d: 1 }),
      storageKey('a.ipynb', 'x/y', { d: 2 }),
    ];
    expect(new Set(keys).size).toBe(4);
  });
});

describe('active markup', () => {
  it.each([
    '<script>alert(1)</script>',
    '<SCRIPT src="x.js"></SCRIPT>',
    '<img src=x onerror=alert(1)>',
    '<svg/onload=alert(1)>',
    '<p\nonclick="x()">',
    '<a href=" javascript:alert(1)">',
    '<iframe srcdoc="x"></iframe>',
    '<style>p { color: red }</style>',
    '< script>',
    '<figure><svg><rect width="4" height="4"/></svg></figure>',
  ])('%s goes into a frame', (markup) => {
    expect(isActive(markup)).toBe(true);
  });

  it.each([
    '<p>plain <b>text</b></p>',
    '<table><tr><td>on = 3</td></tr></table>',
    '<a href="https://example.org/?once=1">link</a>',
    'a < b and only = x',
  ])('%s stays in the page', (markup) => {
    expect(isActive(markup)).toBe(false);
  });
});
