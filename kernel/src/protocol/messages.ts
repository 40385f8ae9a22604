/** The version of the Jupyter messaging protocol we speak. */
export const PROTOCOL_VERSION = '5.4';

export type Channel = 'shell' | 'control' | 'stdin' | 'iopub';

/** Message header: https://jupyter-client.readthedocs.io/en/stable/messaging.html#message-header */
export interface Header {
  msg_id: string;
  session: string;
  username: string;
  /** ISO 8601 */
  date: string;
  msg_type: string;
  version: string;
}

/** A message without its routing identities, as both sides of the wire see it. */
export interface Message<Content = Record<string, unknown>> {
  header: Header;
  parent_header: Header | Record<string, never>;
  metadata: Record<string, unknown>;
  content: Content;
  buffers: Uint8Array[];
}

/** Representations of one value by MIME type; JSON types hold objects, the others strings. */
export type MimeBundle = Record<string, unknown>;

export interface DisplayContent {
  data: MimeBundle;
  metadata: Record<string, unknown>;
  transient?: { display_id?: string };
}

export interface StreamContent {
  name: 'stdout' | 'stderr';
  text: string;
}

export interface ErrorContent {
  ename: string;
  evalue: string;
  /** Lines, possibly with ANSI colours. */
  traceback: string[];
}

export interface ExecuteRequest {
  code: string;
  silent?: boolean;
  store_history?: boolean;
  allow_stdin?: boolean;
  stop_on_error?: boolean;
  user_expressions?: Record<string, string>;
}

export interface CursorRequest {
  code: string;
  /** In Unicode code points, unlike JavaScript's string offsets. */
  cursor_pos: number;
  detail_level?: 0 | 1;
}
