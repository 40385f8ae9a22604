import { DatabaseSync } from 'node:sqlite';
import { StartError } from '../errors.ts';
import { migrations } from './migrations.ts';
import type { Attempt, ExerciseProgress, Position, ProgressStore } from './types.ts';

/**
 * Opens the record in `file`, creating or updating its tables. Survives `kill -9` and power cuts.
 * @throws StartError record-unusable
 */
export function openProgress(file: string): ProgressStore {
  try {
    return open(file);
  } catch (error) {
    if (error instanceof StartError) throw error;
    const reason = (error as Error).message;
    throw unusable(`${file} cannot be read as a record of progress (${reason}).`);
  }
}

function open(file: string): ProgressStore {
  const database = new DatabaseSync(file);
  // FULL: a commit waits for the disk, so what was confirmed is there after a power cut.
  database.exec(`
    PRAGMA busy_timeout = 5000;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
  `);
  migrate(database, file);
  return new SqliteProgress(database);
}

function migrate(database: DatabaseSync, file: string): void {
  const version = () => Number(database.prepare('PRAGMA user_version').get()?.user_version);
  if (version() > migrations.length) {
    database.close();
    throw unusable(`${file} was written by a newer version of the course: update the course.`);
  }
  if (version() === migrations.length) return;
  inTransaction(database, () => {
    // Read again: another server may have migrated while this one waited for the lock.
    for (const step of migrations.slice(version())) database.exec(step);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}

function unusable(what: string): StartError {
  return new StartError('record-unusable', `${what} Move the file away to start a new record.`);
}

function inTransaction(database: DatabaseSync, work: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    work();
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

class SqliteProgress implements ProgressStore {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  record(attempts: Attempt[]): void {
    const insert = this.#database.prepare(
      `INSERT INTO attempts
         (exercise, version, at, status, points, max_points, seed, source, report)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    inTransaction(this.#database, () => {
      for (const attempt of attempts) {
        const { exercise, version, status, points, maxPoints, seed, source } = attempt;
        const report = JSON.stringify(attempt.report);
        insert.run(exercise, version, now(), status, points, maxPoints, seed, source, report);
      }
    });
  }

  exercise(id: string, version: number): ExerciseProgress {
    const row = this.#database
      .prepare(
        `SELECT
           count(*) AS attempts,
           coalesce(max(points), 0) AS bestPoints,
           coalesce(max(status = 'passed'), 0) AS passed,
           EXISTS (SELECT 1 FROM give_ups WHERE exercise = :id) AS gaveUp,
           (SELECT count(*) FROM hints WHERE exercise = :id) AS hintsRevealed,
           (SELECT count(*) FROM hints WHERE exercise = :id AND at <= coalesce(
             (SELECT min(at) FROM attempts
               WHERE exercise = :id AND version = :version AND status = 'passed'),
             hints.at)) AS hintsUsed
         FROM attempts WHERE exercise = :id AND version = :version`,
      )
      .get({ id, version })!;
    return {
      attempts: Number(row.attempts),
      bestPoints: Number(row.bestPoints),
      passed: row.passed === 1,
      gaveUp: row.gaveUp === 1,
      hintsRevealed: Number(row.hintsRevealed),
      hintsUsed: Number(row.hintsUsed),
    };
  }

  revealHints(exercise: string, count: number): void {
    const insert = this.#database.prepare(
      'INSERT OR IGNORE INTO hints (exercise, rung, at) VALUES (?, ?, ?)',
    );
    inTransaction(this.#database, () => {
      for (let rung = 0; rung < count; rung++) insert.run(exercise, rung, now());
    });
  }

  giveUp(exercise: string): void {
    this.#database
      .prepare('INSERT OR IGNORE INTO give_ups (exercise, at) VALUES (?, ?)')
      .run(exercise, now());
  }

  openChapter(chapter: string): void {
    this.#database
      .prepare('INSERT OR IGNORE INTO chapters_opened (chapter, at) VALUES (?, ?)')
      .run(chapter, now());
  }

  openedChapters(): Set<string> {
    const rows = this.#database.prepare('SELECT chapter FROM chapters_opened').all();
    return new Set(rows.map((row) => String(row.chapter)));
  }

  setPosition({ chapter, cellId }: Position): void {
    this.#database
      .prepare(
        `INSERT INTO positions (chapter, cell_id, at) VALUES (?, ?, ?)
         ON CONFLICT (chapter) DO UPDATE SET cell_id = excluded.cell_id, at = excluded.at`,
      )
      .run(chapter, cellId, now());
  }

  lastPosition(): Position | null {
    const row = this.#database
      .prepare('SELECT chapter, cell_id FROM positions ORDER BY at DESC, rowid DESC LIMIT 1')
      .get();
    return row ? { chapter: String(row.chapter), cellId: String(row.cell_id) } : null;
  }

  close(): void {
    this.#database.close();
  }
}

const now = () => new Date().toISOString();
