import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Checkpoints } from '../contents/checkpoints.ts';
import type { ContentsStore } from '../contents/store.ts';
import { Body, checkOneOf } from '../http/body.ts';
import { NOTEBOOK_BYTES, pathOf, queryString } from '../http/request.ts';

const TYPES = ['notebook', 'file', 'directory'] as const;
const FORMATS = ['text', 'base64', 'json'] as const;
const CHECKPOINTS = /^(.*)\/checkpoints(?:\/([\w-]+))?$/;

/** `/api/contents`: files, notebooks, directories and their checkpoints. */
export function contentsRoutes(
  app: FastifyInstance,
  { store, checkpoints }: { store: ContentsStore; checkpoints: Checkpoints },
): void {
  const large = { bodyLimit: NOTEBOOK_BYTES };
  app.get('/api/contents', (request) => store.get('', getOptions(request)));

  app.get('/api/contents/*', async (request) => {
    const checkpoint = CHECKPOINTS.exec(pathOf(request));
    if (checkpoint) return checkpoints.list(checkpoint[1]!);
    return store.get(pathOf(request), getOptions(request));
  });

  app.put('/api/contents/*', large, async (request, reply) => {
    const body = new Body(request.body);
    const { model, created } = await store.save(pathOf(request), {
      type: body.oneOf('type', TYPES) ?? 'file',
      format: body.oneOf('format', FORMATS),
      content: body.raw('content'),
    });
    return reply.code(created ? 201 : 200).send(model);
  });

  app.patch('/api/contents/*', async (request) => {
    const from = pathOf(request);
    const to = new Body(request.body).string('path');
    const model = await store.rename(from, to);
    if (from !== to) await checkpoints.move(from, to);
    return model;
  });

  app.delete('/api/contents/*', async (request, reply) => {
    const checkpoint = CHECKPOINTS.exec(pathOf(request));
    if (checkpoint) await checkpoints.delete(checkpoint[1]!, checkpoint[2] ?? '');
    else {
      await store.delete(pathOf(request));
      await checkpoints.forget(pathOf(request));
    }
    return reply.code(204).send();
  });

  app.post('/api/contents', async (request, reply) => {
    return reply.code(201).send(await store.create('', newEntry(request)));
  });

  app.post('/api/contents/*', async (request, reply) => {
    const [, file, id] = CHECKPOINTS.exec(pathOf(request)) ?? [];
    if (file === undefined) {
      return reply.code(201).send(await store.create(pathOf(request), newEntry(request)));
    }
    if (id === undefined) return reply.code(201).send(await checkpoints.create(file));
    await checkpoints.restore(file, id);
    return reply.code(204).send();
  });
}

function getOptions(request: FastifyRequest) {
  const type = queryString(request, 'type');
  const format = queryString(request, 'format');
  return {
    content: queryString(request, 'content') !== '0',
    hash: queryString(request, 'hash') === '1',
    type: type === undefined ? undefined : checkOneOf('type', type, TYPES),
    format: format === undefined ? undefined : checkOneOf('format', format, FORMATS),
  };
}

function newEntry(request: FastifyRequest) {
  const body = new Body(request.body);
  return {
    type: body.oneOf('type', TYPES),
    ext: body.optionalString('ext'),
    copyFrom: body.optionalString('copy_from'),
  };
}
