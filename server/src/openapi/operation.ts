import type { Schema } from './schemas.ts';

/** One line of the OpenAPI document. */
export interface Operation {
  method: 'get' | 'put' | 'post' | 'patch' | 'delete';
  path: string;
  summary: string;
  query?: Record<string, Schema>;
  /** Names of headers that change what is done. */
  headers?: string[];
  body?: Schema;
  /** By status: the schema of a JSON body, another media type, or null for no body. */
  answers: Record<number, Schema | string | null>;
}
