import type { FastifyInstance } from 'fastify';
import { Body } from '../http/body.ts';
import { paramOf } from '../http/request.ts';
import type { KernelChoice, SessionManager } from '../kernels/sessions.ts';

/** `/api/sessions`: which kernel serves which document. */
export function sessionRoutes(app: FastifyInstance, sessions: SessionManager): void {
  app.get('/api/sessions', async () => sessions.list());

  app.post('/api/sessions', async (request, reply) => {
    const body = new Body(request.body);
    const document = {
      // JupyterLab asks with `<directory>/<uuid>` and tells the true path by PATCH afterwards.
      path: body.string('path'),
      name: body.optionalString('name') ?? '',
      type: body.optionalString('type') ?? 'notebook',
    };
    const model = await sessions.start(document, kernelChoice(body) ?? {});
    return reply.code(201).send(model);
  });

  app.get('/api/sessions/:id', async (request) => sessions.get(paramOf(request, 'id')));

  app.patch('/api/sessions/:id', async (request) => {
    const body = new Body(request.body);
    return sessions.update(paramOf(request, 'id'), {
      path: body.optionalString('path'),
      name: body.optionalString('name'),
      type: body.optionalString('type'),
      kernel: kernelChoice(body),
    });
  });

  app.delete('/api/sessions/:id', async (request, reply) => {
    await sessions.delete(paramOf(request, 'id'));
    return reply.code(204).send();
  });
}

function kernelChoice(body: Body): KernelChoice | undefined {
  const kernel = body.object('kernel');
  return kernel && { id: kernel.optionalString('id'), name: kernel.optionalString('name') };
}
