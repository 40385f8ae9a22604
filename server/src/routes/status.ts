import type { FastifyInstance } from 'fastify';
import { RequestError } from '../errors.ts';
import type { EventBus } from '../events.ts';
import { Body } from '../http/body.ts';
import type { KernelManager } from '../kernels/manager.ts';

interface Services {
  kernels: KernelManager;
  events: EventBus;
  shutDown: () => void;
}

/** What Jupyter's clients ask about server and user, and need an answer to. */
export function statusRoutes(app: FastifyInstance, { kernels, events, shutDown }: Services): void {
  const started = new Date().toISOString();
  const identity = {
    username: 'learner',
    name: 'Learner',
    display_name: 'Learner',
    initials: 'L',
    avatar_url: null,
    color: null,
  };

  // The version whose REST API this server speaks.
  app.get('/api', async () => ({ version: '2.17.0' }));
  // JSON is YAML too.
  app.get('/api/spec.yaml', async (_request, reply) => {
    const { openApiDocument } = await import('../openapi/document.ts');
    return reply
      .type('text/x-yaml; charset=utf-8')
      .send(JSON.stringify(openApiDocument(), null, 1));
  });
  app.get('/api/me', async () => ({ identity, permissions: {} }));
  app.get('/api/status', async () => {
    const running = kernels.list();
    const lastActivity = running.map((kernel) => kernel.last_activity).sort();
    return {
      started,
      last_activity: lastActivity.at(-1) ?? started,
      connections: running.reduce((sum, kernel) => sum + kernel.connections, 0),
      kernels: running.length,
    };
  });

  app.post('/api/events', async (request, reply) => {
    const body = new Body(request.body);
    const data = body.object('data');
    if (!data) throw new RequestError('bad-request', '“data” must be an object.');
    events.relay(body.string('schema_id'), String(body.raw('version')), data.all());
    return reply.code(204).send();
  });

  app.post('/api/shutdown', async (_request, reply) => {
    reply.raw.once('close', shutDown); // the answer goes out first
    return reply.code(200).send();
  });
}
