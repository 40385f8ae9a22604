import { PageConfig, URLExt } from '@jupyterlab/coreutils';
import { csrfHeader } from '../platform/server.ts';
import type { Course, ExerciseState, Position, Receipt, Report } from './types.ts';

/** A refusal of the server, or its silence (`code` is then `unreachable`). */
export class ApiError extends Error {
  constructor(code: string, message: string, status: number) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
  }

  readonly code: string;
  readonly status: number;
}

const UNREACHABLE = 'The course server does not answer. Is it still running in its terminal?';

type Options = { body?: unknown; signal?: AbortSignal; keepalive?: boolean };

async function request<T>(method: string, path: string, options: Options = {}): Promise<T> {
  const { body, signal, keepalive } = options;
  const headers = new Headers([csrfHeader()]);
  const init: RequestInit = { method, headers, credentials: 'same-origin' };
  if (signal) init.signal = signal;
  if (keepalive) init.keepalive = true;
  if (body !== undefined) {
    headers.set('content-type', 'application/json');
    init.body = JSON.stringify(body);
  }
  const url = URLExt.join(PageConfig.getBaseUrl(), 'lectern/api', path);
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError('unreachable', UNREACHABLE, 0);
  }
  const answer: unknown = response.status === 204 ? null : await response.json().catch(() => null);
  if (response.ok) return answer as T;
  const { code, message } = (answer ?? {}) as { code?: string; message?: string };
  const fallback = `The server answered ${response.status} to ${method} ${path}.`;
  throw new ApiError(code ?? 'unknown', message ?? fallback, response.status);
}

/** Exercise ids hold a slash that is part of the route. */
const exercise = (id: string) => `exercises/${id.split('/').map(encodeURIComponent).join('/')}`;
const chapter = (id: string) => `chapters/${encodeURIComponent(id)}`;

/** The course's own routes. Every call throws `ApiError`. */
export const api = {
  course: (signal?: AbortSignal) => request<Course>('GET', 'course', signal ? { signal } : {}),
  openChapter: (id: string) => request<{ path: string }>('POST', `${chapter(id)}/open`),
  exercises: (chapterId: string) =>
    request<ExerciseState[]>('GET', `${chapter(chapterId)}/exercises`),
  exercise: (id: string) => request<ExerciseState>('GET', exercise(id)),
  hint: (id: string) => request<ExerciseState>('POST', `${exercise(id)}/hint`),
  solution: (id: string, giveUp: boolean) =>
    request<{ source: string }>('POST', `${exercise(id)}/solution`, {
      body: giveUp ? { giveUp: true } : {},
    }),
  check: (path: string, notebook: unknown, exercises: string[] | undefined, signal: AbortSignal) =>
    request<Report>('POST', 'check', {
      body: exercises ? { path, notebook, exercises } : { path, notebook },
      signal,
    }),
  submit: (path: string) => request<Receipt>('POST', 'submit', { body: { path } }),
  position: (position: Position) =>
    request<null>('PUT', 'position', { body: position, keepalive: true }),
};
