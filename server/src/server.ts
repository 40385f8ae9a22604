import { chmod, constants, access as mayUse, mkdir, stat } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { Checkpoints } from './contents/checkpoints.ts';
import { createPathGuard, type PathGuard } from './contents/paths.ts';
import { ContentsStore } from './contents/store.ts';
import { CourseService } from './course/service.ts';
import { StartError } from './errors.ts';
import { GradingService } from './grading/service.ts';
import { SubmissionService } from './grading/submission.ts';
import { Access, isLoopback, loadCookieKey } from './http/access.ts';
import { createApp } from './http/app.ts';
import { KernelManager } from './kernels/manager.ts';
import { SessionManager } from './kernels/sessions.ts';
import { resolveOptions, type ServerOptions, type Settings } from './options.ts';
import { openProgress } from './progress/sqlite.ts';
import type { ProgressStore } from './progress/types.ts';
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
  /** An address that opens once, within a minute: for a command line, which others on the machine can read. */
  entryUrl(): string;
  /** Ends kernels, grader and connections. Safe to call twice. */
  close(): Promise<void>;
}

/** The first page load has the machine to itself before the grader warms up. */
const WARM_UP_AFTER_MS = 1000;

/**
 * Starts the server. Prints nothing.
 * @throws StartError with a one-line message: port taken, no permission to write, not loopback
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const settings = resolveOptions(options);
  if (!isLoopback(settings.host)) {
    throw new StartError(
      'not-loopback',
      `The server runs code, so it listens on this machine only, and ${settings.host} is not a ` +
        'loopback address. To reach it from elsewhere use an SSH tunnel.',
    );
  }
  await Promise.all([ensureWritable(settings.contentRoot), ensureWritable(settings.dataDir)]);
  await chmod(settings.dataDir, 0o700).catch(() => {}); // the record is nobody else's business
  const services = await createServices(settings);
  let access: Access | null = null;
  const app = createApp(() => access!, settings.logger);
  addRoutes(app, settings, services);

  let port: number;
  try {
    await app.listen({ host: settings.host, port: settings.port });
    port = (app.server.address() as AddressInfo).port;
  } catch (error) {
    await app.close();
    services.progress.close();
    throw explainListenError(error as NodeJS.ErrnoException, settings);
  }
  const { token, tokenWasGiven, dataDir, host } = settings;
  const cookieKey = loadCookieKey(dataDir) + (tokenWasGiven ? token : '');
  const guarding = new Access({ token, cookieKey, host, port });
  access = guarding;
  const sockets = new Sockets(guarding, services.kernels);
  app.server.on('upgrade', sockets.upgrade);
  runInBackground(settings, services);

  let closing: Promise<void> | null = null;
  const close = () => {
    closing ??= closeAll(app, sockets, services);
    return closing;
  };
  const shownHost = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  const urlWith = (text: string) => `http://${shownHost}:${port}/?token=${text}`;
  const entryUrl = () => urlWith(guarding.issueEntry());
  return { url: urlWith(token), port, token, entryUrl, close };
}

interface Services {
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
  const kernels = new KernelManager(settings);
  const sessions = new SessionManager(kernels, directoryOf(guard));
  const course = new CourseService(settings, progress);
  const grading = new GradingService(settings, course, progress);
  const submissions = new SubmissionService(settings, course, guard);
  return { guard, progress, kernels, sessions, course, grading, submissions };
}

function addRoutes(app: FastifyInstance, settings: Settings, services: Services): void {
  const { guard, kernels, sessions } = services;
  const checkpoints = new Checkpoints(guard, path.join(settings.dataDir, 'checkpoints'));
  contentsRoutes(app, { store: new ContentsStore(guard), checkpoints });
  fileRoutes(app, guard);
  kernelRoutes(app, kernels, directoryOf(guard));
  sessionRoutes(app, sessions);
  statusRoutes(app, kernels);
  courseRoutes(app, services);
  sandboxRoute(app);
  pageRoutes(app, settings);
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

function runInBackground(settings: Settings, { kernels, grading }: Services): void {
  const { logger } = settings;
  kernels.sweep().catch((error: Error) => logger.warn(`Old kernels: ${error.message}`));
  if (!settings.warm) return;
  setTimeout(() => {
    grading.warm().catch((error: Error) => logger.warn(error.message));
  }, WARM_UP_AFTER_MS).unref();
}

async function closeAll(
  app: FastifyInstance,
  sockets: Sockets,
  { kernels, grading, progress }: Services,
): Promise<void> {
  sockets.close();
  await Promise.all([kernels.close(), grading.close()]);
  await app.close();
  progress.close();
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
