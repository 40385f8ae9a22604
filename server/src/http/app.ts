import fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { errorBody, RequestError } from '../errors.ts';
import type { Logger } from '../options.ts';
import type { Access } from './access.ts';
import { securityHeaders } from './headers.ts';
import { loginRoutes, sendLogin } from './login.ts';

/** The HTTP application without its routes: bodies, headers, who may enter, errors. */
export function createApp(accessOf: () => Access, logger: Logger): FastifyInstance {
  const app = fastify({
    logger: false,
    // What is being answered is answered; who only listens is cut off.
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 1000 },
    // What never reaches a route: an address that cannot be decoded, a request that is no HTTP.
    frameworkErrors: (_error, _request, reply: FastifyReply) => {
      const message = 'The address of the request cannot be read.';
      reply.code(400).headers(securityHeaders('localhost'));
      void reply.send(errorBody('bad-request', message));
    },
  });
  readBodies(app);

  app.addHook('onRequest', async (request, reply) => {
    const access = accessOf();
    reply.headers(securityHeaders('localhost')); // refusals have them too
    access.checkSource(request.raw);
    reply.headers(securityHeaders(request.headers.host ?? ''));
    if (isApi(request.url)) reply.header('cache-control', 'no-store');
    if (request.url.split('?')[0] === '/login') return;
    const proof = access.admit(request.raw);
    // A page that was opened with the token gets a cookie, and an address without the token.
    if (wantsPage(request.method, request.url) && proof === 'token') {
      reply.header('set-cookie', access.setCookieHeader());
      if (request.url.includes('token=')) return reply.redirect(withoutToken(request.url), 303);
    }
  });

  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (error instanceof RequestError) {
      const { retry_after } = error.details as { retry_after?: number };
      if (retry_after !== undefined) reply.header('retry-after', retry_after);
      const page = wantsPage(request.method, request.url) || request.url === '/login';
      if (error.code === 'not-authenticated' && page) return sendLogin(reply, error.status);
      if (error.code === 'too-many-tries' && page) {
        return sendLogin(reply, error.status, error.message);
      }
      return reply.code(error.status).send(errorBody(error.code, error.message, error.details));
    }
    if (error.name === 'CatalogueError') {
      return reply.code(500).send(errorBody('internal', error.message));
    }
    const status = error.statusCode ?? 500;
    if (status < 500) {
      const code = status === 413 ? 'too-large' : 'bad-request';
      return reply.code(status).send(errorBody(code, error.message));
    }
    logger.error(`${request.method} ${request.url.split('?')[0]}: ${error.stack ?? error.message}`);
    return reply.code(500).send(errorBody('internal', `The server failed: ${error.message}`));
  });

  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0];
    reply.code(404).send(errorBody('not-found', `There is nothing at ${request.method} ${path}.`));
  });

  loginRoutes(app, accessOf);
  return app;
}

/** Levels of a JSON body. Node parses any number, but what walks through the result would run out of stack. */
const DEEPEST = 200;

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((item) => isDeeperThan(item, levels - 1));
}

/** Jupyter's clients send JSON under any content type, and announce JSON where there is no body. */
function readBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, text, done) => {
    try {
      const body: unknown = text === '' ? undefined : JSON.parse(text as string);
      if (isDeeperThan(body, DEEPEST)) throw new Error('nested too deeply');
      done(null, body);
    } catch {
      const message = `The body is not valid JSON, or nested deeper than ${DEEPEST} levels.`;
      done(new RequestError('bad-request', message));
    }
  });
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: 10_000 },
    (_request, text, done) => done(null, text),
  );
}

function isApi(url: string): boolean {
  return /^\/(?:api|lectern\/api)\b/.test(url);
}

function wantsPage(method: string, url: string): boolean {
  return method === 'GET' && /^\/(?:chapter\/[^/?]*)?(?:\?|$)/.test(url);
}

function withoutToken(url: string): string {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  searchParams.delete('token');
  const query = searchParams.toString();
  return query ? `${pathname}?${query}` : pathname;
}
