/** The parts of the Debug Adapter Protocol that are spoken here. */

export interface DebugRequest {
  type: 'request';
  seq: number;
  command: string;
  arguments?: Record<string, unknown>;
}

export interface DebugResponse {
  type: 'response';
  seq: number;
  request_seq: number;
  command: string;
  success: boolean;
  message?: string;
  body: object;
}

/** A request that cannot be answered, for a reason that the person at the debugger should read. */
export class DebugError extends Error {
  override name = 'DebugError';
}

/** What V8 calls a place: lines and columns from 0. */
export interface ScriptLocation {
  scriptId: string;
  lineNumber: number;
  columnNumber: number;
}

export interface CallFrame {
  callFrameId: string;
  functionName: string;
  location: ScriptLocation;
  scopeChain: { type: string; name?: string; object: { objectId: string } }[];
  this: { type: string; objectId?: string; value?: unknown };
}

export interface Paused {
  callFrames: CallFrame[];
  reason: string;
  hitBreakpoints?: string[];
  data?: { description?: string; uncaught?: boolean; objectId?: string };
}
