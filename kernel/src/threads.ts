/** What the kernel's two threads and the language service say to each other. */
import type { MessagePort } from 'node:worker_threads';
import type { CompiledCell, DecodedMap, Transpiled } from './compiler/index.ts';
import type { RpcMessage, RpcResponse } from './language/editor/messages.ts';
import type { ErrorContent, Message, MimeBundle } from './protocol/index.ts';

/** Given to the protocol thread when it starts. */
export interface ServingData {
  connectionFile: string;
  /** The notebook's directory and the course's root. */
  directory: string;
  root: string;
  /** Port to main, which waits for local modules to be translated, and the count of answers. */
  modules: MessagePort;
  modulesAnswered: Int32Array;
  /** Port for the answers to `input`, and their count. */
  input: MessagePort;
  inputAnswered: Int32Array;
  /** The memory of a `TextRing` with what user code prints. */
  printed: SharedArrayBuffer;
  /** Set by main when it reads an interrupt: the number of the latest one read. */
  interruptsRead: Int32Array;
}

/** Protocol thread → main thread. */
export type ToMain =
  | { type: 'run'; id: number; label: string; source: string; cell: CompiledCell }
  /** `stopTimers`: nothing else is running that could be meant. */
  | { type: 'interrupt'; sequence: number; stopTimers: boolean }
  | { type: 'comm'; id: number; message: Message }
  /** The first message: the sockets are bound. */
  | { type: 'ready' }
  | { type: 'exit' };

/** Streams by the number that they have in the ring of printed text. */
export const STREAMS = ['stdout', 'stderr'] as const;

/** In the place of a stream's number: a note about the output of programs that a cell has started. */
export const CHILDREN = STREAMS.length;

/** Main thread → protocol thread, together with how far the ring was written before it. */
export interface FromMainEnvelope {
  printed: number;
  message: FromMain;
}

/** `origin` and `id` are the numbers that the protocol thread has given to requests. */
export type FromMain =
  | {
      type: 'publish';
      origin: number;
      messageType: string;
      content: Record<string, unknown>;
      metadata?: Record<string, unknown>;
      buffers?: Uint8Array[];
    }
  | { type: 'done'; id: number; outcome: Outcome }
  /** Ask the person at the page; main waits. */
  | { type: 'input'; prompt: string; password: boolean }
  /** An interrupt was read; `running` is the cell that main was at, if any. */
  | { type: 'interrupted'; running: number | null }
  | { type: 'comm-done'; id: number }
  /** Which programs cells have started that main does not wait for. */
  | { type: 'children'; pids: number[] }
  | { type: 'signal'; signal: NodeJS.Signals };

/** How a cell ended. */
export type Outcome =
  | { status: 'ok'; result?: { data: MimeBundle; metadata: Record<string, unknown> } }
  | { status: 'error'; error: ErrorContent };

/** Protocol thread → language service, first: whom it is about. */
export interface LanguageOpening {
  /** The notebook's directory and the course's root. */
  directory: string;
  root: string;
  /** `LECTERN_TYPE_ERRORS` of the kernel's environment, which overrides the course's settings. */
  typeErrors?: string | undefined;
}

/** Protocol thread → language service: a call. */
export interface LanguageCall {
  id: number;
  method: keyof LanguageMethods;
  params: unknown;
}

/** Language service → protocol thread: its answer. */
export interface LanguageAnswer {
  id: number;
  result?: unknown;
  /** Our own failure, never the user's. */
  failure?: string;
}

/** `warnings`: type errors that do not stop the cell. */
export type CompileResult =
  | { cell: CompiledCell; warnings?: ErrorContent }
  | { error: ErrorContent };

/** What the language service can be asked: parameters and result of each method. */
export interface LanguageMethods {
  compile: { params: { source: string; label: string }; result: CompileResult };
  complete: {
    params: { source: string; offset: number };
    result: { matches: Completion[]; start: number; end: number };
  };
  inspect: {
    params: { source: string; offset: number; detail?: number };
    result: { found: boolean; data: MimeBundle };
  };
  isComplete: {
    params: { source: string };
    result: { status: 'complete' | 'incomplete' | 'invalid'; indent?: string };
  };
  /** An expression as a debugger evaluates it, where some names are locals. */
  expression: {
    params: { source: string; locals: string[] };
    result: { code: string } | { error: string };
  };
  /** From the translation of a local module to its source; null where it is run as it is. */
  mapOfModule: { params: { file: string }; result: DecodedMap | null };
  /** A message of an editor's language client, and the answer; null: the client has gone. */
  editor: {
    params: { client: string; message: RpcMessage | null };
    result: RpcResponse | null;
  };
  /** Translates a local module. */
  transpile: {
    params: { source: string; fileName: string };
    result: Omit<TranspileAnswer, 'id'>;
  };
}

/** Language service → protocol thread, unasked: for the language client of an editor. */
export interface LanguageNotice {
  client: string;
  message: RpcMessage;
}

export interface Completion {
  text: string;
  /** TypeScript's kind of symbol: 'const', 'method', 'module' … */
  type: string;
}

/** Main thread → protocol thread: translate a local module; main waits for the answer. */
export interface TranspileCall {
  id: number;
  source: string;
  fileName: string;
}

export interface TranspileAnswer {
  id: number;
  result?: Transpiled;
  error?: { message: string; offset: number };
}
