import type { FastifyInstance, FastifyReply } from 'fastify';
import { RequestError } from '../errors.ts';
import { pathOf } from '../http/request.ts';
import { simplePage } from '../http/simple-page.ts';
import { StaticFiles } from '../http/static-files.ts';

const CONFIG_ELEMENT = /(<script\b[^>]*\bid="jupyter-config-data"[^>]*>)[^<]*(<\/script>)/;

interface PageOptions {
  appDir: string;
  author: boolean;
  csrfToken: () => string;
}

/** The app: `/` and `/chapter/:id` are one page, `/static/*` its build. */
export function pageRoutes(app: FastifyInstance, options: PageOptions): void {
  const files = new StaticFiles(options.appDir);

  async function sendPage(reply: FastifyReply): Promise<FastifyReply> {
    reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache');
    const template = await files.text('index.html');
    if (template === null) return reply.code(503).send(notBuilt);
    const config = configElement(options);
    return reply.send(
      template.replace(CONFIG_ELEMENT, (_all, open, close) => open + config + close),
    );
  }

  app.get('/', (_request, reply) => sendPage(reply));
  app.get('/chapter/:id', (_request, reply) => sendPage(reply));

  app.get('/static/*', async (request, reply) => {
    const sent = await files.send(request, reply, pathOf(request));
    if (!sent) throw new RequestError('not-found', `There is no file ${request.url}.`);
    return reply;
  });

  app.get('/favicon.ico', async (request, reply) => {
    if (!(await files.send(request, reply, 'favicon.ico'))) reply.code(204).send();
    return reply;
  });
}

/** JupyterLab's page configuration. The token stays out of it: the cookie authenticates. */
function configElement({ author, csrfToken }: PageOptions): string {
  const config = {
    appName: 'Lectern',
    appUrl: '/',
    baseUrl: '/',
    wsUrl: '',
    token: '',
    author: String(author),
    csrfToken: csrfToken(),
  };
  // `<` would end the element early.
  return JSON.stringify(config).replaceAll('<', '\\u003c');
}

const notBuilt = simplePage(
  'The page is not built yet',
  `<p>The server runs, but <code>app/dist/index.html</code> is missing.
Type <code>npm run build</code> in the course’s folder, then load this page again.</p>`,
);
