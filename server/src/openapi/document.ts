import { courseOperations } from './course.ts';
import { jupyterOperations } from './jupyter.ts';
import type { Operation } from './operation.ts';
import { ref, type Schema, schemas, text } from './schemas.ts';

/** What any operation may answer: who asks is not let in, or the request cannot be understood. */
const everywhere = [400, 403, 413, 429];

/** The OpenAPI document of everything that this server answers. */
export function openApiDocument(): Schema {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of [...jupyterOperations, ...courseOperations]) {
    paths[operation.path] ??= {};
    paths[operation.path]![operation.method] = describe(operation);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Lectern',
      version: '1',
      description:
        'Jupyter Server’s REST API, and the course’s own routes under /lectern/api. Requests with ' +
        'the cookie that change something bring the page’s token in X-XSRFToken.',
    },
    security: [{ token: [] }],
    paths,
    components: {
      schemas,
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  };
}

function describe({ path, summary, query = {}, headers = [], body, answers }: Operation): Schema {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', minLength: 1 },
  }));
  const inQuery = Object.entries(query).map(([name, schema]) => ({ name, in: 'query', schema }));
  const inHeader = headers.map((name) => ({ name, in: 'header', schema: text }));
  const errors = everywhere.map((status) => [status, answer(ref('Error'))]);
  const stated = Object.entries(answers).map(([status, schema]) => [status, answer(schema)]);
  return {
    summary,
    parameters: [...inPath, ...inQuery, ...inHeader],
    ...(body && { requestBody: { ...inJson(body), required: !accepts(body) } }),
    responses: Object.fromEntries([...errors, ...stated]),
  };
}

/** Whether an empty body will do: no field is required. */
function accepts(body: Schema): boolean {
  const name =
    String(body.$ref ?? '')
      .split('/')
      .at(-1) ?? '';
  const { required } = (schemas as Record<string, Schema>)[name] ?? body;
  return !Array.isArray(required) || required.length === 0;
}

function answer(schema: Schema | string | null): Schema {
  if (schema === null) return { description: 'Without a body.' };
  if (typeof schema === 'string') return { description: 'As it is.', content: { [schema]: {} } };
  return { description: 'As JSON.', ...inJson(schema) };
}

const inJson = (schema: Schema) => ({ content: { 'application/json': { schema } } });
