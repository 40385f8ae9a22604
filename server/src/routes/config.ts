import fs from 'node:fs/promises';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { writeAtomically } from '../contents/atomic.ts';
import { Turns } from '../contents/turns.ts';
import { RequestError } from '../errors.ts';
import { Body } from '../http/body.ts';
import { paramOf } from '../http/request.ts';

type Section = Record<string, unknown>;

/**
 * What other Jupyter clients want to have remembered, under `<data>/settings/`: `/api/config` of the
 * classic notebook, `/lab/api/settings` of JupyterLab. Our own page keeps its settings itself.
 */
export function configRoutes(app: FastifyInstance, dataDir: string): void {
  const config = new JsonFiles(path.join(dataDir, 'settings/config'));
  const settings = new JsonFiles(path.join(dataDir, 'settings/lab'));

  app.get('/api/config/:section', (request) => config.read(sectionOf(paramOf(request, 'section'))));

  app.put('/api/config/:section', async (request, reply) => {
    const section = new Body(request.body).all();
    await config.change(sectionOf(paramOf(request, 'section')), () => section);
    return reply.code(204).send();
  });

  app.patch('/api/config/:section', async (request) => {
    const changes = new Body(request.body).all();
    return config.change(sectionOf(paramOf(request, 'section')), (old) => merged(old, changes));
  });

  app.get('/lab/api/settings', async () => {
    const ids = await settings.names();
    return { settings: await Promise.all(ids.map(describe)) };
  });

  app.get('/lab/api/settings/*', (request) => describe((request.params as { '*': string })['*']));

  app.put('/lab/api/settings/*', async (request, reply) => {
    const raw = new Body(request.body).string('raw');
    await settings.change((request.params as { '*': string })['*'], () => ({ raw }));
    return reply.code(204).send();
  });

  /** The schema is the plugin's own; here anything is kept. */
  async function describe(id: string) {
    const { raw } = await settings.read(id);
    const schema = { type: 'object', title: id, description: '', properties: {} };
    return { id, raw: typeof raw === 'string' ? raw : '{}', schema, settings: {}, version: '0' };
  }
}

const LONGEST_NAME = 200;

/** One JSON object per name, each in a file of its own. */
class JsonFiles {
  readonly #directory: string;
  readonly #turns = new Turns();

  constructor(directory: string) {
    this.#directory = directory;
  }

  async names(): Promise<string[]> {
    const files = await fs.readdir(this.#directory).catch(() => []);
    return files
      .filter((file) => file.endsWith('.json') && !file.startsWith('.'))
      .map((file) => decodeURIComponent(file.slice(0, -5)));
  }

  /** Empty where nothing was written yet. */
  async read(name: string): Promise<Section> {
    const text = await fs.readFile(this.#file(name), 'utf8').catch(() => '{}');
    return JSON.parse(text);
  }

  change(name: string, change: (old: Section) => Section): Promise<Section> {
    const file = this.#file(name);
    return this.#turns.take(file, async () => {
      const section = change(await this.read(name));
      await fs.mkdir(this.#directory, { recursive: true });
      await writeAtomically(file, JSON.stringify(section));
      return section;
    });
  }

  #file(name: string): string {
    // Slashes and dots at the start become harmless.
    const encoded = encodeURIComponent(name).replace(/^\./, '%2E');
    if (name === '' || encoded.length > LONGEST_NAME) {
      throw new RequestError('bad-request', 'This is no name of a section of settings.');
    }
    return path.join(this.#directory, `${encoded}.json`);
  }
}

function sectionOf(name: string): string {
  if (/^[\w-]+$/.test(name)) return name;
  throw new RequestError('bad-request', 'A section’s name has letters, digits, - and _ only.');
}

/** As Jupyter merges: objects field by field; null removes a field. */
function merged(old: Section, changes: Section): Section {
  const result = new Map(Object.entries(old));
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) result.delete(key);
    else result.set(key, isObject(value) ? merged(asObject(result.get(key)), value) : value);
  }
  return Object.fromEntries(result);
}

const isObject = (value: unknown): value is Section =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const asObject = (value: unknown): Section => (isObject(value) ? value : {});
