import fs from 'node:fs/promises';
import path from 'node:path';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { contentType } from '../contents/mime.ts';
import { RequestError } from '../errors.ts';
import { Body } from '../http/body.ts';
import { sandboxPolicy } from '../http/headers.ts';
import { paramOf } from '../http/request.ts';
import { resourcesOf } from '../kernels/installed.ts';
import type { KernelManager } from '../kernels/manager.ts';
import type { OfferedKernel } from '../kernels/specs.ts';

/** `/api/kernels` and `/api/kernelspecs`. */
export function kernelRoutes(
  app: FastifyInstance,
  kernels: KernelManager,
  directoryOf: (documentPath: string) => Promise<string>,
): void {
  app.get('/api/kernelspecs', async () => {
    const specs = await kernels.specs();
    const described = await Promise.all(Object.values(specs).map(describe));
    return {
      default: Object.keys(specs)[0],
      kernelspecs: Object.fromEntries(described.map((model) => [model.name, model])),
    };
  });

  app.get('/api/kernelspecs/:name', async (request) => describe(await find(request)));

  app.get('/kernelspecs/:name/:file', async (request, reply) => {
    const { resourceDir } = await find(request);
    const file = paramOf(request, 'file');
    const known = resourceDir ? await resourcesOf(resourceDir) : [];
    if (!resourceDir || !known.includes(file)) {
      throw new RequestError('not-found', `The kernel has no resource “${file}”.`);
    }
    reply.headers({ 'content-security-policy': sandboxPolicy, 'cache-control': 'no-cache' });
    return reply.type(contentType(file)).send(await fs.readFile(path.join(resourceDir, file)));
  });

  async function find(request: FastifyRequest): Promise<OfferedKernel> {
    const [specs, name] = [await kernels.specs(), paramOf(request, 'name')];
    const found = Object.hasOwn(specs, name) ? specs[name] : undefined;
    if (found) return found;
    throw new RequestError('not-found', `There is no kernel named “${name}”.`);
  }

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
    kernels.interrupt(paramOf(request, 'id'));
    return reply.code(204).send();
  });

  app.post('/api/kernels/:id/restart', async (request) => {
    const kernel = await kernels.restart(paramOf(request, 'id'));
    return kernel.model;
  });
}

async function describe({ name, spec, resourceDir }: OfferedKernel) {
  const files = resourceDir ? await resourcesOf(resourceDir) : [];
  const resources = files.map((file) => [file.replace(/\.\w+$/, ''), resourceUrl(name, file)]);
  return { name, spec, resources: Object.fromEntries(resources) };
}

const resourceUrl = (name: string, file: string) => `/kernelspecs/${name}/${file}`;
