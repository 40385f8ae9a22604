import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import fs from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { RequestError } from '../errors.ts';
import { Tries } from './tries.ts';

const ENTRY_MS = 60_000;
const CHANGING = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

interface AccessOptions {
  token: string;
  /** Whether somebody thought of the token, so that it might be guessed. */
  guessable: boolean;
  cookieKey: string;
  /** The address listened on. */
  host: string;
  port: number;
  /** Names by which others reach a server that does not listen on loopback alone. */
  hostNames: string[];
}

/**
 * Who may talk to the server. It runs code, so every request, HTTP or WebSocket, must
 *   1. name this machine in `Host`: a foreign name made to resolve to 127.0.0.1 is refused;
 *   2. come from our own page or from no page: `Origin` and `Sec-Fetch-Site` tell;
 *   3. prove that it knows the token: by header, by query, or by the cookie given in exchange;
 *   4. where a cookie is the proof and something changes, show that it was able to read our page.
 */
export class Access {
  readonly cookieName: string;
  /** Stands in the page, which no other origin can read; requests bring it along. */
  readonly csrfToken: string;
  readonly #token: string;
  readonly #cookieValue: string;
  readonly #public: boolean;
  readonly #guessable: boolean;
  readonly #names: Set<string>;
  readonly #tries = new Tries();
  #entry: { text: string; until: number } | null = null;

  constructor(options: AccessOptions) {
    // Cookies do not know ports: two servers on one machine must not log each other out.
    this.cookieName = `lectern-${options.port}`;
    this.#token = options.token;
    this.#guessable = options.guessable;
    const derive = (purpose: string) =>
      createHmac('sha256', options.cookieKey).update(purpose).digest('hex');
    this.#cookieValue = derive('session');
    this.csrfToken = derive(`csrf ${options.port}`);
    this.#public = !isLoopback(options.host);
    const own = this.#public ? [options.host, os.hostname(), ...options.hostNames] : [];
    this.#names = new Set(own.map((name) => name.toLowerCase()));
  }

  /** @throws RequestError wrong-host or wrong-origin */
  checkSource(request: IncomingMessage): void {
    const host = request.headers.host ?? '';
    if (!this.#isOurName(hostnameOf(host))) {
      const remedy = this.#public ? ' To add one use --allow-host NAME.' : '';
      throw new RequestError('wrong-host', `This server answers to its own names only.${remedy}`);
    }
    const origin = request.headers.origin;
    const sameOrigin = origin === `http://${host}` || origin === `https://${host}`;
    if (origin !== undefined && !sameOrigin) throw wrongOrigin();
    const site = request.headers['sec-fetch-site'];
    const foreign = site !== undefined && site !== 'same-origin' && site !== 'none';
    // A link on another site may lead here; anything else that another site starts may not.
    if (foreign && !isNavigation(request)) throw wrongOrigin();
  }

  /**
   * Lets in who proves to know the token.
   * @returns whether the request itself carries it, or else the cookie does
   * @throws RequestError not-authenticated, no-csrf-token, too-many-tries
   */
  admit(request: IncomingMessage): 'token' | 'cookie' {
    const given = tokenOf(request);
    if (given !== null && this.#isRight(request, given)) return 'token';
    const cookie = cookiesOf(request).get(this.cookieName);
    // A browser always names the origin of a WebSocket; without it a cookie proves nothing.
    const upgrade = request.headers.upgrade !== undefined;
    const origin = request.headers.origin !== undefined;
    if (!cookie || !sameText(cookie, this.#cookieValue) || (upgrade && !origin)) {
      throw new RequestError(
        'not-authenticated',
        'Open the address that the terminal shows, with its token, or log in at /login.',
      );
    }
    this.#checkCsrf(request);
    return 'cookie';
  }

  /** Whether this is the token. @throws RequestError too-many-tries after many wrong ones */
  logIn(request: IncomingMessage, given: string): boolean {
    return this.#counted(request, () => sameText(given, this.#token));
  }

  #isRight(request: IncomingMessage, given: string): boolean {
    const isRight = () => sameText(given, this.#token) || this.#takeEntry(given);
    // 192 random bits need no limit, and a client that goes on with the token of a server that is
    // gone must not shut out the others on its machine.
    return this.#guessable ? this.#counted(request, isRight) : isRight();
  }

  #counted(request: IncomingMessage, isRight: () => boolean): boolean {
    const address = request.socket.remoteAddress ?? '';
    // Also the right token waits, or who tries them all would learn of it.
    const seconds = this.#tries.waitFor(address);
    if (seconds > 0) {
      throw new RequestError(
        'too-many-tries',
        `Too many wrong tokens came from your address; try again in ${seconds} seconds.`,
        { retry_after: seconds },
      );
    }
    const right = isRight();
    if (right) this.#tries.succeeded(address);
    else this.#tries.failed(address);
    return right;
  }

  #checkCsrf(request: IncomingMessage): void {
    if (!CHANGING.has(request.method ?? '')) return;
    const given = request.headers['x-xsrftoken'];
    if (typeof given === 'string' && sameText(given, this.csrfToken)) return;
    throw new RequestError(
      'no-csrf-token',
      'The request does not come from the page as it is now: load the page again.',
    );
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

  setCookieHeader(): string {
    return `${this.cookieName}=${this.#cookieValue}; Path=/; HttpOnly; SameSite=Strict`;
  }

  #isOurName(hostname: string): boolean {
    if (isLoopback(hostname)) return true;
    // No foreign name can be made to lead here where there is no name.
    const bare = hostname.replace(/^\[(.*)\]$/, '$1');
    return this.#public && (isIP(bare) !== 0 || this.#names.has(hostname.toLowerCase()));
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

/** What the request shows as the token, in a header or in its query. */
function tokenOf(request: IncomingMessage): string | null {
  const header = /^(?:token|bearer) +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  return header ?? queryOf(request).get('token');
}

function cookiesOf(request: IncomingMessage): Map<string, string> {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  return new Map(pairs.map(([name, value]) => [name ?? '', value ?? '']));
}

function wrongOrigin(): RequestError {
  return new RequestError('wrong-origin', 'Requests from other sites are refused.');
}
