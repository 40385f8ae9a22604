import fs from 'node:fs/promises';
import path from 'node:path';
import type { Receipt } from '@lectern/grader/submissions';
import { noSuchFile, type PathGuard } from '../contents/paths.ts';
import type { CourseService } from '../course/service.ts';
import { RequestError } from '../errors.ts';
import type { Settings } from '../options.ts';

/** What the page is told of a notebook that was handed in. */
export interface Submitted extends Receipt {
  /** Where the copy is. */
  file: string;
}

/** Hands notebooks in: as they stand on the disk, byte for byte. */
export class SubmissionService {
  readonly #settings: Settings;
  readonly #course: CourseService;
  readonly #guard: PathGuard;

  constructor(settings: Settings, course: CourseService, guard: PathGuard) {
    this.#settings = settings;
    this.#course = course;
    this.#guard = guard;
  }

  /** @throws RequestError where there is no such notebook, or its copy cannot be written */
  async submit(notebookPath: string): Promise<Submitted> {
    if (!notebookPath.endsWith('.ipynb')) {
      throw new RequestError('bad-request', '“path” must be that of a notebook.');
    }
    const source = await this.#guard.resolve(notebookPath);
    const bytes = await fs.readFile(source).catch(() => {
      throw noSuchFile(notebookPath);
    });
    const { submit } = await import('@lectern/grader/submissions');
    const { submissionsDir: folder, student } = this.#settings;
    const [hints, notebook] = [await this.#course.hintsUsed(), path.basename(source)];
    try {
      const { receipt, file } = submit({ folder, student, notebook, bytes, hints });
      return { ...receipt, file };
    } catch (error) {
      throw new RequestError(
        'cannot-submit',
        `Nothing was handed in: ${(error as Error).message} Say where copies may go, and in whose name, with ` +
          '--submissions DIR and --student NAME when you start the course.',
      );
    }
  }
}
