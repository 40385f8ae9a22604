import type { FastifyInstance } from 'fastify';
import type { KernelManager } from '../kernels/manager.ts';

/** What Jupyter's clients ask about server and user, and need an answer to. */
export function statusRoutes(app: FastifyInstance, kernels: KernelManager): void {
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
  // Nobody listens to events yet; clients that emit some must not fail.
  app.post('/api/events', async (_request, reply) => reply.code(204).send());
}
