/**
 * Every error the server answers with: a stable code for programs, an HTTP status, a message for
 * people. Codes are part of the contract with the page: add, never rename.
 */
const statusOf = {
  'bad-request': 400,
  'wrong-type': 400,
  'no-such-kernelspec': 400,
  'not-authenticated': 403,
  'wrong-host': 403,
  'wrong-origin': 403,
  'not-yet': 403,
  'no-csrf-token': 403,
  'not-found': 404,
  'no-such-file': 404,
  'no-such-kernel': 404,
  'no-such-session': 404,
  'no-such-chapter': 404,
  'no-such-exercise': 404,
  'already-exists': 409,
  'changed-elsewhere': 409,
  'too-large': 413,
  'too-many-tries': 429,
  'cannot-submit': 500,
  internal: 500,
  'kernel-failed': 500,
  'app-not-built': 503,
  'grader-unavailable': 503,
} as const;

export type ErrorCode = keyof typeof statusOf;

/** An error that is the answer to a request. */
export class RequestError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  /** For programs: more fields of the answer. */
  readonly details: object;

  constructor(code: ErrorCode, message: string, details: object = {}) {
    super(message);
    this.name = 'RequestError';
    this.code = code;
    this.details = details;
    this.status = statusOf[code];
  }
}

/** The body of an error answer. `reason` is what Jupyter's own clients look for. */
export function errorBody(code: ErrorCode, message: string, details: object = {}) {
  return { code, message, reason: null, ...details };
}

export type StartErrorCode = 'port-taken' | 'not-writable' | 'needs-token' | 'record-unusable';

/** Why the server could not start: one line that says what is wrong and what to do. */
export class StartError extends Error {
  readonly code: StartErrorCode;

  constructor(code: StartErrorCode, message: string) {
    super(message);
    this.name = 'StartError';
    this.code = code;
  }
}
