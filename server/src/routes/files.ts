import { createReadStream } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { contentType } from '../contents/mime.ts';
import { noSuchFile, type PathGuard } from '../contents/paths.ts';
import { sandboxPolicy } from '../http/headers.ts';
import { pathOf, queryString } from '../http/request.ts';

/** `/files/…`: the learner's files as they are, for pictures in notebooks and for downloads. */
export function fileRoutes(app: FastifyInstance, guard: PathGuard): void {
  app.get('/files/*', async (request, reply) => {
    const file = await guard.resolve(pathOf(request));
    const stat = await fs.stat(file).catch(() => null);
    if (!stat?.isFile()) throw noSuchFile(pathOf(request));
    reply.headers({
      'content-security-policy': sandboxPolicy,
      'content-type': contentType(file),
      'content-length': stat.size,
      'cache-control': 'no-cache',
    });
    if (queryString(request, 'download')) {
      const name = encodeURIComponent(path.basename(file));
      reply.header('content-disposition', `attachment; filename*=UTF-8''${name}`);
    }
    return reply.send(createReadStream(file));
  });
}
