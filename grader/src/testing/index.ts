/** What tests of exercises use besides `vitest` and the library. */
export { seed } from './seed.ts';
