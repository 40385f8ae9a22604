import type { FastifyInstance } from 'fastify';
import { Body } from '../http/body.ts';
import { paramOf } from '../http/request.ts';
import type { KernelManager } from '../kernels/manager.ts';

/** `/api/kernels` and `/api/kernelspecs`. */
export function kernelRoutes(
  app: FastifyInstance,
  kernels: KernelManager,
  directoryOf: (documentPath: string) => Promise<string>,
): void {
  app.get('/api/kernelspecs', async () => {
    const specs = await kernels.specs();
    const described = Object.entries(specs).map(([name, { spec }]) => [
      name,
      { name, spec, resources: {} },
    ]);
    return { default: Object.keys(specs)[0], kernelspecs: Object.fromEntries(described) };
  });

  app.get('/api/kernels', async () => kernels.list());

  app.post('/api/kernels', async (request, reply) => {
    const body = new Body(request.body);
    const cwd = await directoryOf(body.optionalString('path') ?? '');
    const kernel = await kernels.start(body.optionalString('name'), cwd);
    return reply.code(201).send(kernel.model);
  });

  app.get('/api/kernels/:id', async (request) => kernels.get(paramOf(request, 'id')).model);

  app.delete('/api/kernels/:id', async (request, reply) => {
    await kernels.get(paramOf(request, 'id')).shutdown();
    return reply.code(204).send();
  });

  app.post('/api/kernels/:id/interrupt', async (request, reply) => {
    kernels.get(paramOf(request, 'id')).interrupt();
    return reply.code(204).send();
  });

  app.post('/api/kernels/:id/restart', async (request) => {
    const kernel = kernels.get(paramOf(request, 'id'));
    await kernel.restart();
    return kernel.model;
  });
}
