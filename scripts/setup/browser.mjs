import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { SetupError, step } from './terminal.mjs';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

const isProgram = (file) => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Path of the Chrome or Chromium that `CHROME_PATH` names or that is installed, if any. */
export function findBrowser() {
  const chosen = process.env.CHROME_PATH;
  if (!chosen) return places.find(isProgram);
  if (isProgram(chosen)) return chosen;
  throw new SetupError(
    `CHROME_PATH says ${chosen}, but there is no such program: correct it, or unset it.`,
  );
}

const mayInstall = () =>
  (process.env.CI === 'true' || process.argv.includes('--install-browser')) &&
  process.getuid?.() === 0 &&
  existsSync('/usr/bin/apt-get');

function aptInstall(name) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) => spawnSync('apt-get', args, { env, encoding: 'utf8' });
  apt('-qq', 'update');
  const result = apt('-qq', 'install', '-y', '--no-install-recommends', name);
  return result.status === 0;
}

/** Path of a Chrome or Chromium for the end-to-end tests. */
export async function ensureBrowser() {
  const found = findBrowser();
  if (found) return found;
  if (mayInstall()) {
    await step('Installing Chromium for the browser tests', async () => {
      if (!aptInstall('chromium')) throw new SetupError('apt-get could not install chromium.');
    });
    return '/usr/bin/chromium';
  }
  throw new SetupError(
    'The tests drive a real browser and found no Chrome or Chromium. On Debian or Ubuntu: ' +
      'sudo apt-get install chromium. Elsewhere install Chrome, or set CHROME_PATH to one.',
  );
}

/** The strongest sandbox where it may be installed; the others are tried by the tests anyway. */
export async function ensureSandbox() {
  if (existsSync('/usr/bin/bwrap') || !mayInstall()) return;
  await step('Installing bubblewrap for the sandbox tests', async () => {
    aptInstall('bubblewrap');
  });
}
