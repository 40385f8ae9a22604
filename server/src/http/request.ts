import type { FastifyRequest } from 'fastify';

/** The largest notebook, with its pictures, that is accepted. Other bodies: 1 MiB. */
export const NOTEBOOK_BYTES = 64 * 2 ** 20;

/** What `*` stands for in the route, decoded once. */
export function pathOf(request: FastifyRequest): string {
  return (request.params as { '*': string })['*'];
}

export function paramOf(request: FastifyRequest, name: string): string {
  return (request.params as Record<string, string>)[name] ?? '';
}

/** A query parameter; the first one where it is given twice, undefined where it is empty. */
export function queryString(request: FastifyRequest, name: string): string | undefined {
  const value = (request.query as Record<string, string | string[]>)[name];
  return (Array.isArray(value) ? value[0] : value) || undefined;
}
