/** The frame of the Language Server Protocol (JSON-RPC 2.0), as it travels over a comm. */

export interface RpcMessage {
  jsonrpc?: '2.0';
  /** Absent in a notification. */
  id?: number | string | null;
  method?: string;
  params?: unknown;
}

export interface RpcResponse {
  jsonrpc: '2.0';
  id: number | string | null;
  result?: unknown;
  error?: { code: number; message: string };
}

/** Codes of JSON-RPC and of the protocol. */
export const codes = {
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internalError: -32603,
  requestFailed: -32803,
  notInitialised: -32002,
} as const;

/** A request that cannot be answered, for a reason that the person at the editor should read. */
export class RequestError extends Error {
  override name = 'RequestError';
  readonly code: number;

  constructor(message: string, code: number = codes.requestFailed) {
    super(message);
    this.code = code;
  }
}
