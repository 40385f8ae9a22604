import path from 'node:path';
import { defineConfig, type Plugin } from 'vitest/config';

const root = import.meta.dirname;

/** Outside the grader an exercise's tests judge the reference solution, not the starter. */
const answersAreSolutions: Plugin = {
  name: 'lectern:answers-are-solutions',
  enforce: 'pre',
  resolveId(specifier, importer) {
    if (!importer?.endsWith('.test.ts') || !specifier.startsWith('.')) return null;
    const target = path.resolve(path.dirname(importer), specifier);
    const starter = path.relative(path.join(root, 'exercises'), target);
    return starter.startsWith('..') || starter.endsWith('.test.ts')
      ? null
      : path.join(root, 'solutions', starter);
  },
};

const shared = {
  resolve: { conditions: ['source', 'node', 'import', 'default'] },
  ssr: {
    resolve: {
      conditions: ['source', 'node', 'import', 'default'],
      externalConditions: ['source', 'node', 'import', 'default'],
    },
  },
};

export default defineConfig({
  ...shared,
  test: {
    pool: 'forks',
    maxWorkers: 2,
    execArgv: ['--conditions=source'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      {
        ...shared,
        test: {
          name: 'platform',
          include: ['tests/**/*.test.ts'],
          execArgv: ['--conditions=source'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        ...shared,
        plugins: [answersAreSolutions],
        test: {
          name: 'exercises',
          include: ['exercises/**/*.test.ts', 'grader/hidden/**/*.test.ts'],
          setupFiles: ['grader/src/testing/vitest-setup.ts'],
          execArgv: ['--conditions=source'],
        },
      },
    ],
  },
});
