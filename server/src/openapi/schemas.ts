/** The shapes of bodies and answers, as JSON Schema: the components of the OpenAPI document. */
export type Schema = Record<string, unknown>;

export const text: Schema = { type: 'string' };
const flag: Schema = { type: 'boolean' };
const number: Schema = { type: 'number' };
const count: Schema = { type: 'integer', minimum: 0 };
export const anything: Schema = {};
export const anyObject: Schema = { type: 'object' };
const time: Schema = { type: 'string', format: 'date-time' };

export const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] });
export const listOf = (items: Schema): Schema => ({ type: 'array', items });
export const oneOf = (...values: string[]): Schema => ({ type: 'string', enum: values });
export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

/** An object whose fields are all there, but for those whose name ends in `?`. */
export function object(fields: Record<string, Schema>): Schema {
  const names = Object.keys(fields);
  return {
    type: 'object',
    required: names.filter((name) => !name.endsWith('?')),
    properties: Object.fromEntries(
      Object.entries(fields).map(([name, schema]) => [name.replace(/\?$/, ''), schema]),
    ),
  };
}

const entryType = oneOf('notebook', 'file', 'directory');
const fileFormat = oneOf('text', 'base64', 'json');

const jupyter: Record<string, Schema> = {
  Error: object({ code: text, message: text, reason: orNull(text) }),
  Conflict: object({
    code: oneOf('already-exists', 'changed-elsewhere'),
    message: text,
    reason: orNull(text),
    'hash?': orNull(text),
    'expected_hash?': text,
    'hash_algorithm?': text,
  }),
  Contents: object({
    name: text,
    path: text,
    type: entryType,
    created: time,
    last_modified: time,
    size: orNull(count),
    writable: flag,
    mimetype: orNull(text),
    format: orNull(fileFormat),
    content: anything,
    hash: orNull(text),
    hash_algorithm: orNull(oneOf('sha256')),
  }),
  Save: object({
    'type?': orNull(entryType),
    'format?': orNull(fileFormat),
    'content?': anything,
    'chunk?': orNull({ type: 'integer' }),
    'expected_hash?': orNull(text),
  }),
  NewEntry: object({
    'type?': orNull(entryType),
    'ext?': orNull(text),
    'copy_from?': orNull(text),
  }),
  Checkpoint: object({ id: text, last_modified: time }),
  KernelSpec: object({
    name: text,
    spec: object({
      argv: listOf(text),
      display_name: text,
      language: text,
      interrupt_mode: oneOf('message', 'signal'),
      env: { type: 'object', additionalProperties: text },
      metadata: anyObject,
    }),
    resources: { type: 'object', additionalProperties: text },
  }),
  KernelSpecs: object({
    default: text,
    kernelspecs: { type: 'object', additionalProperties: ref('KernelSpec') },
  }),
  Kernel: object({
    id: { type: 'string', format: 'uuid' },
    name: text,
    last_activity: time,
    execution_state: oneOf('starting', 'idle', 'busy', 'restarting', 'dead'),
    connections: count,
  }),
  Session: object({
    id: { type: 'string', format: 'uuid' },
    path: text,
    name: text,
    type: text,
    kernel: orNull(ref('Kernel')),
    notebook: object({ path: text, name: text }),
  }),
  KernelChoice: object({ 'id?': orNull(text), 'name?': orNull(text) }),
  Identity: object({
    username: text,
    name: text,
    display_name: text,
    initials: text,
    avatar_url: orNull(text),
    color: orNull(text),
  }),
  Status: object({ started: time, last_activity: time, connections: count, kernels: count }),
  LabSetting: object({
    id: text,
    raw: text,
    schema: anyObject,
    settings: anyObject,
    version: text,
  }),
};

const course: Record<string, Schema> = {
  Position: object({ chapter: text, cellId: text }),
  Chapter: object({
    id: text,
    title: text,
    summary: text,
    path: text,
    minutes: number,
    exercises: listOf(text),
    done: count,
    points: number,
    maxPoints: number,
    opened: flag,
  }),
  Course: object({
    id: text,
    title: text,
    description: text,
    version: text,
    chapters: listOf(ref('Chapter')),
    last: orNull(ref('Position')),
  }),
  Exercise: object({
    id: text,
    version: count,
    title: text,
    points: number,
    difficulty: number,
    importance: number,
    minutes: number,
    starter: text,
    hints: listOf(text),
    hintsTotal: count,
    hintPrice: number,
    attempts: count,
    bestPoints: number,
    passed: flag,
    gaveUp: flag,
  }),
  Check: object({ path: text, notebook: anyObject, 'exercises?': orNull(listOf(text)) }),
  TestReport: object({
    name: text,
    visibility: oneOf('public', 'hidden'),
    status: oneOf('passed', 'failed', 'timeout', 'crashed', 'not-run'),
    points: number,
    maxPoints: number,
    message: orNull(text),
    ms: number,
  }),
  ExerciseReport: object({
    id: text,
    version: count,
    title: text,
    status: oneOf(
      ...['passed', 'failed', 'unanswered', 'missing', 'error', 'timeout', 'ungradable'],
    ),
    points: orNull(number),
    maxPoints: number,
    hintsUsed: count,
    penalty: number,
    ms: number,
    output: text,
    tests: listOf(ref('TestReport')),
    mistake: orNull(object({ name: text, feedback: text })),
  }),
  Report: object({
    schemaVersion: count,
    course: text,
    notebook: text,
    seed: number,
    sandbox: text,
    complete: flag,
    points: number,
    maxPoints: number,
    ms: number,
    exercises: listOf(ref('ExerciseReport')),
  }),
  Receipt: object({ file: text }),
  Trashed: object({ id: text, path: text, deleted: time }),
};

export const schemas = { ...jupyter, ...course };
