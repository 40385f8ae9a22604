/**
 * The schema's history; `PRAGMA user_version` counts the steps a file has taken.
 * Append only: a step that was released is never edited.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE attempts (
    id INTEGER PRIMARY KEY,
    exercise TEXT NOT NULL,
    version INTEGER NOT NULL,
    at TEXT NOT NULL,
    status TEXT NOT NULL,
    points REAL NOT NULL,
    max_points REAL NOT NULL,
    seed INTEGER NOT NULL,
    source TEXT NOT NULL,
    report TEXT NOT NULL
  ) STRICT;
  CREATE INDEX attempts_by_exercise ON attempts (exercise, version);

  CREATE TRIGGER attempts_are_final BEFORE UPDATE ON attempts
  BEGIN SELECT RAISE(ABORT, 'attempts are never changed'); END;
  CREATE TRIGGER attempts_are_kept BEFORE DELETE ON attempts
  BEGIN SELECT RAISE(ABORT, 'attempts are never deleted'); END;

  CREATE TABLE hints (
    exercise TEXT NOT NULL,
    rung INTEGER NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (exercise, rung)
  ) STRICT;

  CREATE TABLE give_ups (exercise TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT;

  CREATE TABLE chapters_opened (chapter TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT;

  CREATE TABLE positions (
    chapter TEXT PRIMARY KEY,
    cell_id TEXT NOT NULL,
    at TEXT NOT NULL
  ) STRICT;
  `,
];
