/** The Jupyter messaging protocol over ZeroMQ, without any kernel state. */
export { type ConnectionInfo, endpoint, freePorts, newConnection } from './connection.ts';
export {
  type Channel,
  type CursorRequest,
  type DisplayContent,
  type ErrorContent,
  type ExecuteRequest,
  type Header,
  type Message,
  type MimeBundle,
  PROTOCOL_VERSION,
  type StreamContent,
} from './messages.ts';
export { type Received, Wire, WireError } from './wire.ts';
