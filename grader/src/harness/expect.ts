import {
  ASYMMETRIC_MATCHERS_OBJECT,
  chai,
  customMatchers,
  type ExpectStatic,
  GLOBAL_EXPECT,
  getState,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  type MatcherState,
  setState,
} from '@vitest/expect';
import { getCurrentTest } from '@vitest/runner';
import { toBeCloseToTensor } from '../testing/matchers.ts';

/** What the running test has asserted without necessarily waiting for it. */
export const openAssertions = new Set<Promise<unknown>>();

/** `expect` as vitest has it, without snapshots and polling, with our matcher. */
export const expect: ExpectStatic = makeExpect();

type Extend = (target: ExpectStatic, matchers: Parameters<ExpectStatic['extend']>[0]) => void;

function makeExpect(): ExpectStatic {
  chai.use(JestExtend);
  chai.use(JestChaiExpect);
  chai.use(JestAsymmetricMatchers);
  const chaiExpect = chai.expect as unknown as { extend: Extend }; // added by JestExtend
  const make = ((value: unknown, message?: string) => {
    const { assertionCalls } = getState(make);
    setState({ assertionCalls: assertionCalls + 1 }, make);
    const assertion = chai.expect(value, message) as unknown as {
      withTest(test: unknown): unknown;
    };
    const test = getCurrentTest();
    return test ? assertion.withTest(test) : assertion;
  }) as unknown as ExpectStatic;
  const globals = globalThis as unknown as Record<symbol, object>;
  Object.assign(make, chai.expect, globals[ASYMMETRIC_MATCHERS_OBJECT]);
  make.getState = () => getState(make);
  make.setState = (state) => setState(state as Partial<MatcherState>, make);
  make.extend = (matchers) => chaiExpect.extend(make, matchers);
  make.unreachable = (message) => chai.assert.fail(message ?? 'This line must not be reached.');
  setState({ assertionCalls: 0, isExpectingAssertions: false }, make);
  Object.defineProperty(globalThis, GLOBAL_EXPECT, { value: make, configurable: true });
  make.extend({ ...customMatchers, toBeCloseToTensor });
  trackAsyncMatcher('toBeCloseToTensor');
  return make;
}

/** Remembers the promise of an asynchronous matcher, so that it counts even where it is not awaited. */
function trackAsyncMatcher(name: string): void {
  const prototype = chai.Assertion.prototype as unknown as Record<
    string,
    (...args: unknown[]) => unknown
  >;
  const matcher = prototype[name]!;
  prototype[name] = function tracked(...args) {
    const promise = matcher.apply(this, args) as Promise<unknown>;
    openAssertions.add(promise);
    promise.catch(() => {});
    return promise;
  };
}
