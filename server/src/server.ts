import { chmod, constants, access as mayUse, mkdir, stat } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { Checkpoints } from './contents/checkpoints.ts';
import { createPathGuard, type PathGuard } from './contents/paths.ts';
import { ContentsStore } from './contents/store.ts';
import { Notary } from './contents/trust.ts';
import { CourseService } from './course/service.ts';
import { StartError } from './errors.ts';
import { EventBus } from './events.ts';
import { GradingService } from './grading/service.ts';
import { SubmissionService } from './grading/submission.ts';
import { Access, isLoopback, loadCookieKey } from './http/access.ts';
import { createApp } from './http/app.ts';
import { KernelManager } from './kernels/manager.ts';
import { SessionManager } from './kernels/sessions.ts';
import { resolveOptions, type ServerOptions, type Settings } from './options.ts';
import { openProgress } from './progress/sqlite.ts';
import type { ProgressStore } from './progress/types.ts';
import { configRoutes } from './routes/config.ts';
import { contentsRoutes } from './routes/contents.ts';
import { courseRoutes } from './routes/course.ts';
import { fileRoutes } from './routes/files.ts';
import { kernelRoutes } from './routes/kernels.ts';
import { pageRoutes } from './routes/pages.ts';
import { sandboxRoute } from './routes/sandbox.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { Sockets } from './routes/sockets.ts';
import { statusRoutes } from './routes/status.ts';

export interface RunningServer {
  /** With the token: the address to open. */
  url: string;
  port: number;
  token: string;
  /** Whether it listens where other machines may reach it. */
  reachable: boolean;
  /** An address that opens once, within a minute: for a command line, which others on the machine can read. */
  entryUrl(): string;
  /** Ends kernels, grader and connections. Safe to call twice. */
  close(): Promise<void>;
  /** Resolves once the server is closed, also where a client asked for that. */
  closed: Promise<void>;
}

/** How long a closing server waits for requests that it is answering, saves above all. */
const ANSWERS_PATIENCE_MS = 3000;
/** The first page load has the machine to itself before the grader warms up. */
const WARM_UP_AFTER_MS = 1000;

/**
 * Starts the server. Prints nothing.
 * @throws StartError with a one-line message: port taken, no permission to write, not loopback
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const settings = resolveOptions(options);
  checkReach(settings);
  await Promise.all([ensureWritable(settings.contentRoot), ensureWritable(settings.dataDir)]);
  await chmod(settings.dataDir, 0o700).catch(() => {}); // the record is nobody else's business
  const services = await createServices(settings);
  let access: Access | null = null;
  const app = createApp(() => access!, settings.logger);
  let closing: Promise<void> | null = null;
  const closed = Promise.withResolvers<void>();
  const close = () => {
    closing ??= closeAll(app, sockets, services).then(closed.resolve, closed.reject);
    return closing;
  };
  const whileRunning = { csrfToken: () => access!.csrfToken, shutDown: () => void close() };
  addRoutes(app, settings, services, whileRunning);

  let port: number;
  try {
    await app.listen({ host: settings.host, port: settings.port });
    port = (app.server.address() as AddressInfo).port;
  } catch (error) {
    await app.close();
    services.progress.close();
    services.notary.close();
    throw explainListenError(error as NodeJS.ErrnoException, settings);
  }
  const { token, tokenWasGiven, dataDir, host, hostNames } = settings;
  const cookieKey = loadCookieKey(dataDir) + (tokenWasGiven ? token : '');
  const guarding = new Access({
    token,
    guessable: tokenWasGiven,
    ...{ cookieKey, host, port, hostNames },
  });
  access = guarding;
  const sockets = new Sockets(guarding, services.kernels, services.events);
  app.server.on('upgrade', sockets.upgrade);
  runInBackground(settings, services);

  const shownHost = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  const urlWith = (text: string) => `http://${shownHost}:${port}/?token=${text}`;
  const entryUrl = () => urlWith(guarding.issueEntry());
  const reachable = !isLoopback(host);
  return { url: urlWith(token), port, token, reachable, entryUrl, close, closed: closed.promise };
}

/** Shorter ones can be tried out. */
const SHORTEST_PUBLIC_TOKEN = 12;

/** @throws StartError where others could reach the server, and nothing holds them off */
function checkReach({ host, token, tokenWasGiven }: Settings): void {
  if (isLoopback(host)) return;
  if (tokenWasGiven && token.length >= SHORTEST_PUBLIC_TOKEN) return;
  throw new StartError(
    'needs-token',
    `On ${host} others can reach this server, and whoever knows its token can run any program as ` +
      `you: choose a token of at least ${SHORTEST_PUBLIC_TOKEN} characters with --token or in ` +
      'LECTERN_TOKEN. Or stay on 127.0.0.1 and use an SSH tunnel.',
  );
}

export interface Services {
  events: EventBus;
  notary: Notary;
  contents: ContentsStore;
  guard: PathGuard;
  progress: ProgressStore;
  kernels: KernelManager;
  sessions: SessionManager;
  course: CourseService;
  grading: GradingService;
  submissions: SubmissionService;
}

async function createServices(settings: Settings): Promise<Services> {
  const { root, contentRoot, dataDir, submissionsDir, author } = settings;
  // Whatever the content root is, a learner reaches neither answers nor hidden tests through it.
  const secret = [path.join(root, 'solutions'), path.join(root, 'grader'), dataDir];
  // What was handed in is never changed, by the page least of all.
  const closed = [submissionsDir, ...(author ? [] : secret)];
  const guard = await createPathGuard(contentRoot, closed);
  const progress = openProgress(path.join(dataDir, 'lectern.sqlite'));
  const events = new EventBus();
  const notary = new Notary(dataDir);
  const contents = new ContentsStore(guard, notary);
  const kernels = new KernelManager(settings, events);
  const sessions = new SessionManager(kernels, directoryOf(guard));
  const course = new CourseService(settings, progress);
  const grading = new GradingService(settings, course, progress);
  const submissions = new SubmissionService(settings, course, guard);
  const store = { guard, progress, events, notary, contents };
  return { ...store, kernels, sessions, course, grading, submissions };
}

interface WhileRunning {
  csrfToken: () => string;
  shutDown: () => void;
}

/** Everything the server answers, but for the login. */
export function addRoutes(
  app: FastifyInstance,
  settings: Settings,
  services: Services,
  { csrfToken, shutDown }: WhileRunning,
): void {
  const { guard, kernels, sessions, events, contents } = services;
  const checkpoints = new Checkpoints(guard, path.join(settings.dataDir, 'checkpoints'));
  contentsRoutes(app, { store: contents, checkpoints, events });
  fileRoutes(app, guard);
  kernelRoutes(app, kernels, directoryOf(guard));
  sessionRoutes(app, sessions);
  statusRoutes(app, { kernels, events, shutDown });
  configRoutes(app, settings.dataDir);
  courseRoutes(app, services);
  sandboxRoute(app);
  pageRoutes(app, { ...settings, csrfToken });
}

/** A kernel works in its document's directory; in the content root where that does not exist. */
function directoryOf(guard: PathGuard): (documentPath: string) => Promise<string> {
  return async (documentPath) => {
    const parent = path.posix.dirname(guard.clean(documentPath));
    const directory = await guard.resolve(parent === '.' ? '' : parent);
    const exists = await stat(directory).then(
      (found) => found.isDirectory(),
      () => false,
    );
    return exists ? directory : guard.root;
  };
}

function runInBackground(settings: Settings, { kernels, grading, contents }: Services): void {
  const { logger } = settings;
  kernels.sweep().catch((error: Error) => logger.warn(`Old kernels: ${error.message}`));
  contents.sweep().catch((error: Error) => logger.warn(`Old files: ${error.message}`));
  if (!settings.warm) return;
  setTimeout(() => {
    grading.warm().catch((error: Error) => logger.warn(error.message));
  }, WARM_UP_AFTER_MS).unref();
}

async function closeAll(
  app: FastifyInstance,
  sockets: Sockets,
  { kernels, grading, progress, notary }: Services,
): Promise<void> {
  sockets.close();
  const answering = app.close();
  const patience = setTimeout(() => app.server.closeAllConnections(), ANSWERS_PATIENCE_MS);
  await Promise.all([kernels.close(), grading.close(), answering]);
  clearTimeout(patience);
  progress.close();
  notary.close();
}

async function ensureWritable(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
    await mayUse(directory, constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartError(
      'not-writable',
      `Cannot write in ${directory} (${code}). Give yourself permission to write there, ` +
        'or choose another folder with --root.',
    );
  }
}

function explainListenError(error: NodeJS.ErrnoException, { host, port }: Settings): Error {
  if (error.code === 'EADDRINUSE') {
    return new StartError(
      'port-taken',
      `Port ${port} is taken on ${host}: stop the program that uses it, or choose another ` +
        'with --port N (0 takes any that is free).',
    );
  }
  if (error.code === 'EACCES') {
    return new StartError(
      'port-taken',
      `Port ${port} needs special rights; choose one above 1023 with --port N.`,
    );
  }
  return error;
}
