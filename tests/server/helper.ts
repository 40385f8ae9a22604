import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { type RunningServer, type ServerOptions, startServer } from '@lectern/server';
import { afterAll } from 'vitest';

/** The course's own tree, for kernels and packages. */
const treeRoot = path.resolve(import.meta.dirname, '../..');

export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  text: string;
  /** The body parsed as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  json: any;
}

export interface TestServer extends RunningServer {
  /** A temporary directory that holds a small course. */
  root: string;
  contentRoot: string;
  dataDir: string;
  jupyterPath: string[];
  logged: string[];
  /** Sends a request with the token, its path exactly as given. */
  request(method: string, path: string, body?: unknown, headers?: Headers): Promise<Answer>;
  get(path: string, headers?: Headers): Promise<Answer>;
}

type Headers = Record<string, string | undefined>;

const directories: string[] = [];
const servers: RunningServer[] = [];

afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
  for (const directory of directories) fs.rmSync(directory, { recursive: true, force: true });
});

export function temporaryDirectory(): string {
  const directory = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'lectern-server-')));
  directories.push(directory);
  return directory;
}

/** A directory in which kernels find the course's packages and their types. */
export function emptyCourse(): string {
  const root = temporaryDirectory();
  fs.symlinkSync(path.join(treeRoot, 'node_modules'), path.join(root, 'node_modules'));
  return root;
}

/** A server with its own port, course, content root and data; closed when the file is done. */
export async function startTestServer(options: Partial<ServerOptions> = {}): Promise<TestServer> {
  const root = options.root ?? emptyCourse();
  const { jupyterPath = [] } = options; // not what happens to be installed on this machine
  const logged: string[] = [];
  const log = (message: string) => void logged.push(message);
  const server = await startServer({
    port: 0,
    token: 'test-token',
    warm: false,
    jupyterPath,
    logger: { info: log, warn: log, error: log },
    ...options,
    root,
  });
  servers.push(server);
  const request: TestServer['request'] = (method, requestPath, body, headers = {}) =>
    rawRequest(server.port, method, requestPath, body, {
      authorization: `token ${server.token}`,
      ...headers,
    });
  return {
    ...server,
    root,
    contentRoot: path.resolve(root, options.contentRoot ?? (options.author ? '.' : 'my')),
    dataDir: path.resolve(root, options.dataDir ?? '.lectern'),
    jupyterPath,
    logged,
    request,
    get: (requestPath, headers) => request('GET', requestPath, undefined, headers),
  };
}

/** Sends exactly what it is given: unlike `fetch` it tidies no path and sets any header. */
export function rawRequest(
  port: number,
  method: string,
  requestPath: string,
  body?: unknown,
  headers: Headers = {},
): Promise<Answer> {
  const text =
    body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  const given = Object.entries(headers).filter(([, value]) => value !== undefined);
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        host: '127.0.0.1',
        port,
        method,
        path: requestPath,
        headers: {
          ...(text === undefined ? {} : { 'content-type': 'application/json' }),
          ...(Object.fromEntries(given) as Record<string, string>),
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const all = Buffer.concat(chunks).toString();
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: all,
            get json() {
              return JSON.parse(all);
            },
          });
        });
      },
    );
    request.on('error', reject);
    request.end(text);
  });
}

export function codeCell(id: string, source: string, metadata: Record<string, unknown> = {}) {
  return { cell_type: 'code', id, source, metadata, outputs: [], execution_count: null };
}

export function markdownCell(id: string, source: string) {
  return { cell_type: 'markdown', id, source, metadata: {} };
}

export function notebook(cells: object[], metadata: Record<string, unknown> = {}) {
  return { cells, metadata, nbformat: 4, nbformat_minor: 5 };
}

export function write(file: string, content: string | object): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content, null, 1));
}
