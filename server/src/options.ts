import { randomBytes } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import { jupyterPath } from './kernels/installed.ts';
import type { KernelSpecs } from './kernels/specs.ts';

/** Where the server says what happens; the command line decides what becomes of it. */
export interface Logger {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

export interface ServerOptions {
  /** The course's directory: `notebooks/`, `exercises/`, `app/dist`. */
  root: string;
  /** What the contents API shows; default `<root>/my`, or `root` itself for an author. */
  contentRoot?: string;
  /** Default 127.0.0.1. An address that others can reach needs a token of twelve characters. */
  host?: string;
  /** Further names under which a server that others can reach may be asked. */
  hostNames?: string[];
  /** 0, the default, means any free port. */
  port?: number;
  /** Default: 24 random bytes. */
  token?: string;
  /** Opens the course's own tree instead of the learner's copies. */
  author?: boolean;
  /** Database, cookie secret, checkpoints; default `<root>/.lectern`. */
  dataDir?: string;
  /** The built page; default `<root>/app/dist`. */
  appDir?: string;
  logger?: Logger;
  /** Where handed-in notebooks go; default `submitted/` beside the learner's notebooks. */
  submissionsDir?: string;
  /** In whose name they are handed in; default the system's name for the user. */
  student?: string;
  /** The kernels on offer; default those of `@lectern/kernel/kernelspec`. */
  kernelspecs?: KernelSpecs;
  /** Where kernels of other makers are looked for; default Jupyter's own directories. */
  jupyterPath?: string[];
  /** Ends kernels without a page (`connected`: with one too) that were idle for long; default never. */
  cull?: { idleMs: number; connected?: boolean };
  /** Starts the grader soon after listening, so that the first check is quick; default true. */
  warm?: boolean;
}

/** The same with every default filled in and every path absolute. */
export interface Settings {
  root: string;
  contentRoot: string;
  host: string;
  hostNames: string[];
  port: number;
  token: string;
  /** A token that the user chose stays valid in cookies over restarts; changing it ends them. */
  tokenWasGiven: boolean;
  author: boolean;
  dataDir: string;
  appDir: string;
  logger: Logger;
  kernelspecs: KernelSpecs | undefined;
  jupyterPath: string[];
  cull: { idleMs: number; connected?: boolean } | undefined;
  warm: boolean;
  /** Where answers that passed are kept; never in the course's own tree. */
  answersDir: string;
  submissionsDir: string;
  student: string;
}

const silent: Logger = { info() {}, warn() {}, error() {} };

export function resolveOptions(options: ServerOptions): Settings {
  const root = path.resolve(options.root);
  const author = options.author ?? false;
  const contentRoot = path.resolve(root, options.contentRoot ?? (author ? '.' : 'my'));
  const own = author ? path.join(root, 'my') : contentRoot;
  return {
    root,
    contentRoot,
    host: options.host ?? '127.0.0.1',
    hostNames: options.hostNames ?? [],
    port: options.port ?? 0,
    token: options.token || randomBytes(24).toString('hex'),
    tokenWasGiven: Boolean(options.token),
    author,
    dataDir: path.resolve(root, options.dataDir ?? '.lectern'),
    appDir: path.resolve(root, options.appDir ?? 'app/dist'),
    logger: options.logger ?? silent,
    kernelspecs: options.kernelspecs,
    jupyterPath: options.jupyterPath ?? jupyterPath(),
    cull: options.cull,
    warm: options.warm ?? true,
    answersDir: path.join(own, 'answers'),
    submissionsDir: path.resolve(root, options.submissionsDir ?? path.join(own, 'submitted')),
    student: options.student || os.userInfo().username,
  };
}
