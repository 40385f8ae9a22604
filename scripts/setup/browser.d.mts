/** Path of the Chrome or Chromium that `CHROME_PATH` names or that is installed, if any. */
export function findBrowser(): string | undefined;
