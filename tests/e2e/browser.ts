import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { address, spawnLectern, stop } from '../cli/lectern.ts';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
];

/** The course, served by the real command to a real browser, with a learner's folder of its own. */
export class Course {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), 'lectern-e2e-'));
  /** Everything a reader would be ashamed of: console messages, failed or foreign requests. */
  readonly complaints: string[] = [];
  #server: ChildProcess | undefined;
  #browser: Browser | undefined;
  #url = '';

  /** Starts the server; the port is kept over restarts so that open pages can reconnect. */
  async serve(): Promise<void> {
    const port = this.#url === '' ? '0' : new URL(this.#url).port;
    const args = ['--port', port, '--token', 'e2e', '--no-open', '--root', this.folder];
    this.#server = spawnLectern('start', ...args);
    this.#url = await address(this.#server);
  }

  /** Ends the server as a power cut would. */
  async kill(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    await new Promise((resolve) => {
      server.on('close', resolve);
      server.kill('SIGKILL');
    });
  }

  get origin(): string {
    return new URL(this.#url).origin;
  }

  /** A page in a fresh browser profile, logged in by the address that `npm start` prints. */
  async open(width = 1280, height = 900): Promise<Page> {
    this.#browser ??= await chromium.launch({
      executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
      args: flags,
    });
    const context = await this.#browser.newContext({ viewport: { width, height } });
    const page = await context.newPage();
    this.#listen(page);
    await page.goto(this.#url);
    return page;
  }

  #listen(page: Page): void {
    page.on('console', (message) => {
      if (!['error', 'warning'].includes(message.type())) return;
      this.complaints.push(`console ${message.type()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => this.complaints.push(`uncaught: ${error.message}`));
    page.on('response', (response) => {
      if (response.status() < 400) return;
      this.complaints.push(`${response.status()} for ${response.url()}`);
    });
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (['data:', 'blob:'].includes(url.protocol) || url.origin === this.origin) return;
      this.complaints.push(`request to another host: ${request.url()}`);
    });
  }

  async close(): Promise<void> {
    await this.#browser?.close();
    if (this.#server) await stop(this.#server);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
