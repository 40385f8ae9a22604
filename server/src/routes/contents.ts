import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Checkpoints } from '../contents/checkpoints.ts';
import type { ContentsModel } from '../contents/model.ts';
import type { ContentsStore } from '../contents/store.ts';
import { RequestError } from '../errors.ts';
import type { EventBus } from '../events.ts';
import { Body, checkOneOf } from '../http/body.ts';
import { NOTEBOOK_BYTES, paramOf, pathOf, queryString } from '../http/request.ts';

const TYPES = ['notebook', 'file', 'directory'] as const;
const FORMATS = ['text', 'base64', 'json'] as const;
const TRUST = /^(.+)\/trust$/;
const CHECKPOINTS = /^(.*)\/checkpoints(?:\/([\w-]+))?$/;

interface Services {
  store: ContentsStore;
  checkpoints: Checkpoints;
  events: EventBus;
}

/** `/api/contents`: files, notebooks, directories and their checkpoints. */
export function contentsRoutes(
  app: FastifyInstance,
  { store, checkpoints, events }: Services,
): void {
  const large = { bodyLimit: NOTEBOOK_BYTES };

  async function read(request: FastifyRequest, reply: FastifyReply, path: string) {
    const options = getOptions(request);
    const model = await store.get(path, { ...options, hash: options.hash || options.content });
    tellVersion(reply, model);
    events.contents({ action: 'get', path: model.path });
    const { hash } = model;
    if (hash !== null && request.headers['if-none-match'] === etagOf(hash)) {
      return reply.code(304).send();
    }
    return options.hash ? model : { ...model, hash: null, hash_algorithm: null };
  }

  app.get('/api/contents', (request, reply) => read(request, reply, ''));

  app.get('/api/contents/*', async (request, reply) => {
    const checkpoint = CHECKPOINTS.exec(pathOf(request));
    if (checkpoint) return checkpoints.list(checkpoint[1]!);
    return read(request, reply, pathOf(request));
  });

  app.put('/api/contents/*', large, async (request, reply) => {
    const body = new Body(request.body);
    const chunk = body.optionalInteger('chunk');
    const wanted = {
      type: body.oneOf('type', TYPES) ?? 'file',
      format: body.oneOf('format', FORMATS),
      content: body.raw('content'),
      expected: body.optionalString('expected_hash') ?? expectedHash(request),
      mustBeNew: request.headers['if-none-match'] === '*',
    };
    const path = pathOf(request);
    const { model, created } =
      chunk === undefined
        ? await store.save(path, wanted)
        : await store.upload(path, chunk, wanted);
    tellVersion(reply, model);
    const place = encodeURI(`/api/contents/${model.path}`);
    if (created) reply.header('location', place);
    events.contents({ action: chunk === undefined ? 'save' : 'upload', path: model.path });
    return reply.code(created ? 201 : 200).send(model);
  });

  app.patch('/api/contents/*', async (request) => {
    const from = pathOf(request);
    const to = new Body(request.body).string('path');
    const model = await store.rename(from, to);
    if (from !== to) await checkpoints.move(from, to);
    events.contents({ action: 'rename', path: model.path, source_path: from });
    return model;
  });

  app.delete('/api/contents/*', async (request, reply) => {
    const checkpoint = CHECKPOINTS.exec(pathOf(request));
    if (checkpoint) await checkpoints.delete(checkpoint[1]!, checkpoint[2] ?? '');
    else {
      await store.delete(pathOf(request));
      await checkpoints.forget(pathOf(request));
      events.contents({ action: 'delete', path: pathOf(request) });
    }
    return reply.code(204).send();
  });

  async function create(request: FastifyRequest, reply: FastifyReply, directory: string) {
    const entry = newEntry(request);
    const model = await store.create(directory, entry);
    const from = entry.copyFrom;
    if (from === undefined) events.contents({ action: 'create', path: model.path });
    else events.contents({ action: 'copy', path: model.path, source_path: from });
    return reply
      .code(201)
      .header('location', encodeURI(`/api/contents/${model.path}`))
      .send(model);
  }

  app.post('/api/contents', (request, reply) => create(request, reply, ''));

  app.post('/api/contents/*', async (request, reply) => {
    const trusting = TRUST.exec(pathOf(request));
    if (trusting) {
      await store.trust(trusting[1]!);
      return reply.code(201).send();
    }
    const [, file, id] = CHECKPOINTS.exec(pathOf(request)) ?? [];
    if (file === undefined) return create(request, reply, pathOf(request));
    if (id === undefined) return reply.code(201).send(await checkpoints.create(file));
    await checkpoints.restore(file, id);
    return reply.code(204).send();
  });

  app.get('/lectern/api/trash', () => store.trashed());

  app.post('/lectern/api/trash/:id/restore', async (request, reply) => {
    const model = await store.restore(paramOf(request, 'id'));
    events.contents({ action: 'create', path: model.path });
    return reply.code(201).send(model);
  });
}

const etagOf = (hash: string) => `"${hash}"`;

function tellVersion(reply: FastifyReply, model: ContentsModel): void {
  if (model.hash !== null) reply.header('etag', etagOf(model.hash));
  reply.header('last-modified', new Date(model.last_modified).toUTCString());
}

/** `If-Match: "<sha256>"`, or undefined. @throws RequestError bad-request for anything else */
function expectedHash(request: FastifyRequest): string | undefined {
  const given = request.headers['if-match'];
  if (given === undefined || given === '*') return undefined;
  const hash = /^"?([0-9a-f]{64})"?$/.exec(given)?.[1];
  if (hash) return hash;
  throw new RequestError('bad-request', 'If-Match must be the ETag of one version of the file.');
}

function getOptions(request: FastifyRequest) {
  const type = queryString(request, 'type');
  const format = queryString(request, 'format');
  return {
    content: flagOf(request, 'content', '1'),
    hash: flagOf(request, 'hash', '0'),
    type: type === undefined ? undefined : checkOneOf('type', type, TYPES),
    format: format === undefined ? undefined : checkOneOf('format', format, FORMATS),
  };
}

function flagOf(request: FastifyRequest, name: string, otherwise: '0' | '1'): boolean {
  return checkOneOf(name, queryString(request, name) ?? otherwise, ['0', '1']) === '1';
}

function newEntry(request: FastifyRequest) {
  const body = new Body(request.body);
  return {
    type: body.oneOf('type', TYPES),
    ext: body.optionalString('ext'),
    copyFrom: body.optionalString('copy_from'),
  };
}
