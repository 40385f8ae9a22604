import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Access } from './access.ts';
import { simplePage } from './simple-page.ts';

/** The page for whoever comes without token or cookie, and its exchange of token for cookie. */
export function loginRoutes(app: FastifyInstance, accessOf: () => Access): void {
  app.get('/login', (_request, reply) => sendLogin(reply, 200));

  app.post('/login', (request, reply) => {
    const access = accessOf();
    const token = new URLSearchParams(String(request.body ?? '')).get('token') ?? '';
    if (!access.logIn(request.raw, token.trim())) {
      return sendLogin(reply, 403, 'That is not the token of the server that runs now.');
    }
    return reply.header('set-cookie', access.setCookieHeader()).redirect('/', 303);
  });
}

export function sendLogin(reply: FastifyReply, status: number, problem = ''): FastifyReply {
  reply.code(status).type('text/html; charset=utf-8').headers({
    'cache-control': 'no-store',
    // Without a referrer browsers also leave out the origin of a form, and that is checked here.
    'referrer-policy': 'same-origin',
  });
  return reply.send(loginPage(problem));
}

function loginPage(problem: string): string {
  return simplePage(
    'Log in',
    `<p>The server was started in a terminal, and the address shown there ends in
<code>?token=…</code>. Open that address, or paste the token here.</p>
${problem && `<p role="alert"><strong>${problem}</strong></p>`}
<form method="post" action="/login">
<p><label>Token <input name="token" type="password" autocomplete="off" autofocus required></label>
<button>Log in</button></p>
</form>`,
  );
}
