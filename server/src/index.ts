/** The server: Jupyter's REST and WebSocket API, and the course's own routes. */
export { StartError, type StartErrorCode } from './errors.ts';
export type { Logger, ServerOptions } from './options.ts';
export { hintsUsed } from './progress/hints.ts';
export { type RunningServer, startServer } from './server.ts';
