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
  host?: string;
  allowHost?: string[];
  cullIdle?: number;
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

function parseMinutes(text: string): number {
  const minutes = Number(text);
  if (Number.isFinite(minutes) && minutes > 0) return minutes;
  throw new InvalidArgumentError('Minutes are a number above 0.');
}

/** What it means to listen where others can reach the server. */
function warnOfReach(host: string, port: number): void {
  process.stderr.write(
    `This server listens on ${host}: whoever can reach port ${port} of this machine and knows the ` +
      'token can read and change your files and run any program as you, and whoever watches the ' +
      'network can read along, the token included. Put a proxy with TLS before it, or use an SSH ' +
      'tunnel and 127.0.0.1.\n',
  );
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

/** The environment is for those who share a machine: others can read a command line. */
function tokenFrom({ token }: StartOptions): { token?: string } {
  const given = token ?? process.env.LECTERN_TOKEN;
  return given === undefined ? {} : { token: given };
}

async function start(options: StartOptions): Promise<void> {
  const { StartError, startServer } = await import('@lectern/server');
  let server: RunningServer;
  try {
    server = await startServer({
      root,
      contentRoot: contentRoot(options),
      port: options.port,
      ...(options.host === undefined ? {} : { host: options.host }),
      ...(options.allowHost === undefined ? {} : { hostNames: options.allowHost }),
      ...(options.cullIdle ? { cull: { idleMs: options.cullIdle * 60_000 } } : {}),
      ...tokenFrom(options),
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
  void server.closed.then(() => process.exit(exit.done)); // also where a client shut it down
  if (server.reachable) warnOfReach(options.host ?? '', server.port);
  process.stdout.write(`Lectern is open at ${server.url}\nPress Ctrl-C to close it.\n`);
  if (options.open) openBrowser(server.entryUrl());
}

export const startCommand = (): Command =>
  new Command('start')
    .description('serve the course and open it in the browser')
    .option('--port <n>', 'port to listen on; 0 for any free one', parsePort, defaultPort)
    .option(
      '--token <token>',
      'the token that opens the page (default: $LECTERN_TOKEN, else a random one)',
    )
    .option('--host <address>', 'address to listen on; others than 127.0.0.1 need a token')
    .option('--allow-host <name...>', 'further names under which others reach this server')
    .option('--cull-idle <minutes>', 'end kernels that no page uses after this time', parseMinutes)
    .option('--no-open', 'do not open a browser')
    .option('--root <dir>', "the learner's folder (default: my/)")
    .option('--author', 'open the course tree itself, for writing chapters')
    .option('--submissions <dir>', 'where handed-in notebooks go (default: submitted/ in my/)')
    .option('--student <name>', 'in whose name they are handed in', studentName())
    .action(start);
