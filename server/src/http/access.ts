import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import fs from 'node:fs';
import type { IncomingMessage } from 'node:http';
import path from 'node:path';
import { RequestError } from '../errors.ts';

const ENTRY_MS = 60_000;

/**
 * Who may talk to the server. It runs code, so every request, HTTP or WebSocket, must
 *   1. name this machine in `Host`: a foreign name made to resolve to 127.0.0.1 is refused;
 *   2. come from our own page or from no page: `Origin` and `Sec-Fetch-Site` tell;
 *   3. prove that it knows the token: by header, by query, or by the cookie given in exchange.
 */
export class Access {
  readonly cookieName: string;
  readonly #token: string;
  readonly #cookieValue: string;
  readonly #host: string;
  #entry: { text: string; until: number } | null = null;

  constructor(options: { token: string; cookieKey: string; host: string; port: number }) {
    // Cookies do not know ports: two servers on one machine must not log each other out.
    this.cookieName = `lectern-${options.port}`;
    this.#token = options.token;
    this.#cookieValue = createHmac('sha256', options.cookieKey).update('session').digest('hex');
    this.#host = options.host;
  }

  /** @throws RequestError wrong-host or wrong-origin */
  checkSource(request: IncomingMessage): void {
    const host = request.headers.host ?? '';
    if (!this.#isOurName(hostnameOf(host))) {
      throw new RequestError('wrong-host', 'This server answers to localhost only.');
    }
    const origin = request.headers.origin;
    const sameOrigin = origin === `http://${host}` || origin === `https://${host}`;
    if (origin !== undefined && !sameOrigin) throw wrongOrigin();
    const site = request.headers['sec-fetch-site'];
    const foreign = site !== undefined && site !== 'same-origin' && site !== 'none';
    // A link on another site may lead here; anything else that another site starts may not.
    if (foreign && !isNavigation(request)) throw wrongOrigin();
  }

  /** @throws RequestError not-authenticated */
  checkToken(request: IncomingMessage): void {
    if (this.hasToken(request)) return;
    const cookie = cookiesOf(request).get(this.cookieName);
    // A browser always names the origin of a WebSocket; without it a cookie proves nothing.
    const upgrade = request.headers.upgrade !== undefined;
    const origin = request.headers.origin !== undefined;
    if (cookie && sameText(cookie, this.#cookieValue) && (!upgrade || origin)) return;
    throw new RequestError(
      'not-authenticated',
      'Open the address that the terminal shows, with its token, or log in at /login.',
    );
  }

  /** Whether the request itself carries the token, in a header or in its query. */
  hasToken(request: IncomingMessage): boolean {
    const header = /^(?:token|bearer) +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const given = header ?? queryOf(request).get('token');
    return given != null && (this.isToken(given) || this.#takeEntry(given));
  }

  /**
   * A token for the query that lets in one request, within a minute: whoever reads it in the list of processes, where
   * the browser's command line stands, comes too late.
   */
  issueEntry(): string {
    const text = randomBytes(24).toString('hex');
    this.#entry = { text, until: Date.now() + ENTRY_MS };
    return text;
  }

  #takeEntry(given: string): boolean {
    const entry = this.#entry;
    if (!entry || !sameText(given, entry.text)) return false;
    this.#entry = null;
    return Date.now() < entry.until;
  }

  isToken(given: string): boolean {
    return sameText(given, this.#token);
  }

  setCookieHeader(): string {
    return `${this.cookieName}=${this.#cookieValue}; Path=/; HttpOnly; SameSite=Strict`;
  }

  #isOurName(hostname: string): boolean {
    return isLoopback(hostname) || hostname === this.#host;
  }
}

export function isLoopback(hostname: string): boolean {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  return bare === 'localhost' || bare === '::1' || /^127(\.\d{1,3}){3}$/.test(bare);
}

/** The key of the cookies: kept over restarts so that an open page stays logged in. */
export function loadCookieKey(dataDir: string): string {
  const file = path.join(dataDir, 'cookie-key');
  try {
    // `wx`: of two servers that start together one creates the key and both read it.
    fs.writeFileSync(file, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return fs.readFileSync(file, 'utf8');
}

export function queryOf(request: IncomingMessage): URLSearchParams {
  const url = request.url ?? '/';
  const start = url.indexOf('?');
  return new URLSearchParams(start < 0 ? '' : url.slice(start + 1));
}

/** Equal in constant time; the digests hide the lengths too. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHmac('sha256', 'compare').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function hostnameOf(host: string): string {
  return host.replace(/:\d+$/, '').toLowerCase();
}

function isNavigation(request: IncomingMessage): boolean {
  const { 'sec-fetch-mode': mode, 'sec-fetch-dest': destination } = request.headers;
  return request.method === 'GET' && mode === 'navigate' && destination === 'document';
}

function cookiesOf(request: IncomingMessage): Map<string, string> {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  return new Map(pairs.map(([name, value]) => [name ?? '', value ?? '']));
}

function wrongOrigin(): RequestError {
  return new RequestError('wrong-origin', 'Requests from other sites are refused.');
}
