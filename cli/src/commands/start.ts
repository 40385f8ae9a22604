import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { RunningServer } from '@lectern/server';
import { Command, InvalidArgumentError } from 'commander';
import { CommandError, exit } from '../errors.ts';
import { root } from '../root.ts';
import { studentName } from './submit.ts';

export const defaultPort = 8686;

interface StartOptions {
  port: number;
  token?: string;
  open: boolean;
  root?: string;
  author?: boolean;
  submissions?: string;
  student: string;
}

function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a whole number from 0 (any free one) to 65535.');
}

/** Where the learner works: `my/`, another folder, or the tree itself for an author. */
function contentRoot({ root: chosen, author }: StartOptions): string {
  if (author) return root;
  const folder = chosen ? path.resolve(chosen) : path.join(root, 'my');
  try {
    mkdirSync(folder, { recursive: true });
  } catch {
    throw new CommandError(
      `Cannot create ${folder}: choose a folder of your own with --root, or change its permissions.`,
    );
  }
  return folder;
}

function openBrowser(url: string): void {
  const commands: Record<string, [string, ...string[]]> = {
    darwin: ['open', url],
    win32: ['cmd', '/c', 'start', '', url],
  };
  const [command, ...args] = commands[process.platform] ?? ['xdg-open', url];
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', () => {}); // no browser on this machine: the printed address is enough
  child.unref();
}

/** Closes once on the first signal; a second one does not wait for running kernels. */
function closeOnSignal(server: RunningServer): void {
  let closing = false;
  const stop = (): void => {
    if (closing) process.exit(exit.doesNotHold);
    closing = true;
    process.stderr.write('\nClosing the course; kernels are shut down. Your work is saved.\n');
    void server.close().then(() => process.exit(exit.done));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
}

/** What an operator must know goes to stderr; stdout holds the address alone. */
const logger = {
  info(): void {},
  warn: (message: string): void => void process.stderr.write(`${message}\n`),
  error: (message: string): void => void process.stderr.write(`${message}\n`),
};

async function start(options: StartOptions): Promise<void> {
  const { StartError, startServer } = await import('@lectern/server');
  let server: RunningServer;
  try {
    server = await startServer({
      root,
      contentRoot: contentRoot(options),
      port: options.port,
      ...(options.token === undefined ? {} : { token: options.token }),
      author: options.author ?? false,
      logger,
      student: options.student,
      ...(options.submissions ? { submissionsDir: path.resolve(options.submissions) } : {}),
      // Another folder is another learner: progress stays with the work.
      ...(options.root ? { dataDir: path.resolve(options.root, '.lectern') } : {}),
    });
  } catch (error) {
    if (error instanceof StartError) throw new CommandError(error.message, exit.doesNotHold);
    throw error;
  }
  closeOnSignal(server);
  process.stdout.write(`Lectern is open at ${server.url}\nPress Ctrl-C to close it.\n`);
  if (options.open) openBrowser(server.entryUrl());
}

export const startCommand = (): Command =>
  new Command('start')
    .description('serve the course and open it in the browser')
    .option('--port <n>', 'port to listen on; 0 for any free one', parsePort, defaultPort)
    .option('--token <token>', 'the token that opens the page (default: a random one)')
    .option('--no-open', 'do not open a browser')
    .option('--root <dir>', "the learner's folder (default: my/)")
    .option('--author', 'open the course tree itself, for writing chapters')
    .option('--submissions <dir>', 'where handed-in notebooks go (default: submitted/ in my/)')
    .option('--student <name>', 'in whose name they are handed in', studentName())
    .action(start);
