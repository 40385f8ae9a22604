// `npm test`: set up what is missing, run every test, end with `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureBrowser, ensureSandbox } from './setup/browser.mjs';
import { ensureBuilt } from './setup/build.mjs';
import { ensureInstalled } from './setup/install.mjs';
import { pinnedNode, requireNode, root, sourceFlags } from './setup/node.mjs';
import { run } from './setup/terminal.mjs';

/** Counts tests; a test file that could not be loaded is one failure. */
function count(resultFile) {
  const { testResults } = JSON.parse(readFileSync(resultFile, 'utf8'));
  let passed = 0;
  let failed = 0;
  for (const file of testResults) {
    const statuses = file.assertionResults.map((test) => test.status);
    passed += statuses.filter((status) => status === 'passed').length;
    const failures = statuses.filter((status) => status !== 'passed').length;
    failed += failures === 0 && file.status === 'failed' ? 1 : failures;
  }
  return { passed, failed };
}

run(async () => {
  requireNode();
  await ensureInstalled();
  await ensureBuilt();
  const browser = await ensureBrowser();
  await ensureSandbox();

  const folder = mkdtempSync(path.join(os.tmpdir(), 'lectern-test-'));
  const resultFile = path.join(folder, 'results.json');
  const filters = process.argv.slice(2).filter((argument) => argument !== '--install-browser');
  const vitest = [
    ...sourceFlags,
    path.join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${resultFile}`,
    ...filters,
  ];
  const env = {
    ...process.env,
    CHROME_PATH: browser,
    LECTERN_SCALE: 'ci',
    // Tests start `node` as a child: let that be the pinned one.
    PATH: `${path.dirname(pinnedNode())}${path.delimiter}${process.env.PATH}`,
  };
  const { status } = spawnSync(pinnedNode(), vitest, { cwd: root, stdio: 'inherit', env });
  let { passed, failed } = { passed: 0, failed: 1 };
  try {
    ({ passed, failed } = count(resultFile));
  } catch {
    process.stderr.write('The test runner stopped before it wrote its results.\n');
  }
  rmSync(folder, { recursive: true, force: true });
  // A run that failed outside every test (an unhandled error, say) must not look green.
  if (status !== 0 && failed === 0) failed = 1;
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
});
