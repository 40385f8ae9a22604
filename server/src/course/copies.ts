import fs from 'node:fs/promises';
import path from 'node:path';
import { writeAtomically } from '../contents/atomic.ts';
import { formatNotebook, type Notebook, parseNotebook } from '../contents/notebook-file.ts';
import { Turns } from '../contents/turns.ts';
import { RequestError } from '../errors.ts';
import { mergeNotebook } from './merge.ts';

export type Opened = 'copied' | 'merged' | 'unchanged';

/**
 * The learner's copies of the course's notebooks. `<content root>/.lectern/templates/` keeps the
 * template from which each copy was made, so that a later one can be merged; what a copy was before
 * its last merge stays in `.lectern/before-update/`. Both travel with the learner's folder.
 */
export class LearnerCopies {
  readonly #templates: string;
  readonly #contentRoot: string;
  readonly #turns = new Turns();

  /** @param templates the course's `notebooks/`, only ever read */
  constructor(templates: string, contentRoot: string) {
    this.#templates = templates;
    this.#contentRoot = contentRoot;
  }

  /** Makes sure that the copy exists and has the template's newest text. One at a time per file. */
  open(file: string): Promise<Opened> {
    return this.#turns.take(file, () => this.#open(file));
  }

  async #open(file: string): Promise<Opened> {
    const template = await fs.readFile(path.join(this.#templates, file), 'utf8').catch(() => {
      throw new RequestError('no-such-file', `notebooks/${file} is missing from the course.`);
    });
    const base = await readIfThere(this.#kept('templates', file));
    const copyFile = path.join(this.#contentRoot, file);
    const copy = await readIfThere(copyFile);
    if (copy === null) {
      await writeAtomically(copyFile, formatNotebook(parseNotebook(template)));
      await this.#keep('templates', file, template);
      return 'copied';
    }
    if (base === template) return 'unchanged';
    const mine = readCopy(copy, file);
    const theirs = parseNotebook(template);
    const { notebook } = mergeNotebook(base === null ? null : parseNotebook(base), mine, theirs);
    const text = formatNotebook(notebook);
    if (text !== copy) {
      await this.#keep('before-update', file, copy);
      await writeAtomically(copyFile, text);
    }
    // Last: after a crash before this line the merge is done again and changes nothing.
    await this.#keep('templates', file, template);
    return text === copy ? 'unchanged' : 'merged';
  }

  async #keep(kind: 'templates' | 'before-update', file: string, text: string): Promise<void> {
    const kept = this.#kept(kind, file);
    await fs.mkdir(path.dirname(kept), { recursive: true });
    await writeAtomically(kept, text);
  }

  #kept(kind: string, file: string): string {
    return path.join(this.#contentRoot, '.lectern', kind, file);
  }
}

async function readIfThere(file: string): Promise<string | null> {
  return fs.readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}

function readCopy(text: string, file: string): Notebook {
  try {
    return parseNotebook(text);
  } catch (error) {
    throw new RequestError(
      'wrong-type',
      `${file} cannot be read as a notebook (${(error as Error).message}). ` +
        'Rename it, and a fresh copy is made.',
    );
  }
}
