import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CompiledCell } from '../compiler/index.ts';
import type { LanguageClient } from '../serving/language-client.ts';
import type { Evaluated, MainInspector, RemoteObject } from '../serving/main-inspector.ts';
import { Breakpoints } from './breakpoints.ts';
import { isCaught } from './exceptions.ts';
import {
  type CallFrame,
  DebugError,
  type DebugRequest,
  type DebugResponse,
  type Paused,
} from './messages.ts';
import { NAMING, type Script, Sources, toScript, toSource } from './sources.ts';
import { GROUP, Variables } from './variables.ts';

const THREAD = 1;

const CAPABILITIES = {
  supportsConfigurationDoneRequest: true,
  supportsEvaluateForHovers: true,
  supportsExceptionInfoRequest: true,
  supportsDelayedStackTraceLoading: true,
  exceptionBreakpointFilters: [
    { filter: 'raised', label: 'Raised exceptions', default: false },
    { filter: 'uncaught', label: 'Uncaught exceptions', default: false },
  ],
};

/** Code that is none of the user's: stepping passes over it, and its frames are not shown. */
const KERNEL = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const FOREIGN = ['^node:', '^lectern:', '^$', `^file://${KERNEL}/`, '/node_modules/'];

/** A frame that the user knows, while the program stands. */
interface Frame {
  frame: CallFrame;
  script: Script;
  line: number;
  column: number;
}

type Step = 'stepOver' | 'stepInto' | 'stepOut';

type Arguments = Record<string, unknown>;

/**
 * The Debug Adapter Protocol with Jupyter's additions, on top of V8's inspector of the main thread.
 * The thread that this runs on goes on while main stands.
 */
export class Debugger {
  readonly #language: LanguageClient;
  readonly #emit: (event: string, body: object) => void;
  readonly #main: MainInspector;
  readonly #sources: Sources;
  readonly #breakpoints: Breakpoints;
  readonly #variables: Variables;
  /** What V8 calls its scripts. */
  readonly #urls = new Map<string, string>();
  #attached = false;
  #responses = 0;
  /** Where the program stands: the user's frames, innermost first; null while it runs. */
  #frames: Frame[] | null = null;
  #stopped: Paused | null = null;
  /** The step under way: from which line of which depth, and in which cell's run. */
  #step: { kind: Step; line: string; depth: number; run: number } | null = null;
  #runs = 0;
  #exceptions: string[] = [];

  /** @param emit sends an event to the clients */
  constructor(
    main: MainInspector,
    language: LanguageClient,
    emit: (event: string, body: object) => void,
  ) {
    this.#main = main;
    this.#sources = new Sources(main);
    this.#breakpoints = new Breakpoints(main);
    this.#variables = new Variables(main);
    this.#language = language;
    this.#emit = emit;
    this.#main.on<Paused>('Debugger.paused', (paused) => void this.#onPaused(paused));
    this.#main.on<{ scriptId: string; url: string }>('Debugger.scriptParsed', (script) =>
      this.#urls.set(script.scriptId, script.url),
    );
    this.#main.on('Debugger.resumed', () => this.#onResumed());
  }

  async handle(request: DebugRequest): Promise<DebugResponse> {
    const { command, seq } = request;
    const answer = (success: boolean, body: object, message?: string): DebugResponse => ({
      type: 'response',
      seq: ++this.#responses,
      request_seq: seq,
      command,
      success,
      ...(message !== undefined && { message }),
      body,
    });
    try {
      const method = Object.hasOwn(this.#commands, command) ? this.#commands[command] : undefined;
      if (!method) throw new DebugError(`This debugger does not know '${command}'.`);
      return answer(true, (await method((request.arguments ?? {}) as never)) ?? {});
    } catch (error) {
      return answer(false, {}, (error as Error).message);
    }
  }

  /** A cell is about to run: its breakpoints are set first. */
  async prepare(url: string, source: string, cell: CompiledCell): Promise<void> {
    this.#runs++;
    // What an explorer was shown between cells is asked for anew, and would keep old values alive.
    if (!this.#frames) this.#variables.forget();
    if (!this.#attached) return;
    await this.#breakpoints.apply(this.#sources.addCell(url, source, cell.map));
    // A module may have been edited, and is read anew if so.
    for (const [file] of this.#breakpoints.entries()) {
      if (this.#sources.text(file) === undefined) await this.#applyToFile(file);
    }
  }

  /** Lets the program go on, past all breakpoints until `release`: it is to be interrupted. */
  async suspend(): Promise<void> {
    if (!this.#attached) return;
    await this.#main.post('Debugger.setSkipAllPauses', { skip: true });
    if (this.#frames) await this.#main.post('Debugger.resume');
  }

  async release(): Promise<void> {
    if (this.#attached) await this.#main.post('Debugger.setSkipAllPauses', { skip: false });
  }

  readonly #commands: Readonly<Record<string, (parameters: never) => unknown>> = {
    initialize: () => CAPABILITIES,
    attach: () => this.#attach(),
    launch: () => this.#attach(),
    configurationDone: () => null,
    disconnect: () => this.#detach(),
    terminate: () => this.#detach(),
    threads: () => ({ threads: [{ id: THREAD, name: 'main' }] }),
    debugInfo: () => ({
      isStarted: this.#attached,
      ...NAMING,
      breakpoints: [...this.#breakpoints.entries()].map(([source, lines]) => ({
        source,
        breakpoints: lines.map((line) => ({ line: line + 1 })),
      })),
      stoppedThreads: this.#frames ? [THREAD] : [],
      richRendering: true,
      exceptionPaths: this.#exceptions,
      copyToGlobals: false,
    }),
    dumpCell: async ({ code }: { code: string }) => ({ sourcePath: this.#sources.dump(code) }),
    source: async ({ source }: { source: { path: string } }) => ({
      content: this.#sources.text(source.path) ?? (await readFile(source.path, 'utf8')),
      mimeType: 'text/typescript',
    }),
    modules: () => ({ modules: [], totalModules: 0 }),
    setBreakpoints: (parameters: Arguments) => this.#setBreakpoints(parameters),
    setExceptionBreakpoints: async ({ filters = [] }: { filters?: string[] }) => {
      this.#exceptions = filters;
      if (this.#attached) await this.#applyExceptions();
    },
    stackTrace: ({ startFrame = 0, levels = 0 }: { startFrame?: number; levels?: number }) => {
      const frames = this.#standing();
      const shown = frames.slice(startFrame, levels > 0 ? startFrame + levels : undefined);
      return {
        stackFrames: shown.map((frame, index) => toStackFrame(frame, startFrame + index + 1)),
        totalFrames: frames.length,
      };
    },
    scopes: async ({ frameId }: { frameId: number }) => ({
      scopes: await this.#variables.scopes(this.#frame(frameId).frame),
    }),
    variables: async ({ variablesReference }: { variablesReference: number }) => ({
      variables: await this.#variables.list(variablesReference),
    }),
    inspectVariables: async () => {
      const reference = await this.#variables.notebook();
      return { variables: await this.#variables.list(reference) };
    },
    richInspectVariables: async (parameters: { variableName: string; frameId?: number }) => {
      const { variableName, frameId } = parameters;
      const shown = await this.#evaluate(variableName, frameId);
      return { data: { 'text/plain': shown.value }, metadata: {} };
    },
    evaluate: async ({ expression, frameId }: { expression: string; frameId?: number }) => {
      const { value, type, variablesReference } = await this.#evaluate(expression, frameId);
      return { result: value, type, variablesReference };
    },
    exceptionInfo: () => {
      const { reason, data } = this.#stopped ?? {};
      if (reason !== 'exception') throw new DebugError('The program stands at no exception.');
      const description = data?.description ?? '';
      const [exceptionId = ''] = description.split(':');
      return { exceptionId, description, breakMode: data?.uncaught ? 'unhandled' : 'always' };
    },
    continue: async () => {
      this.#standing();
      this.#step = null;
      await this.#main.post('Debugger.resume');
      return { allThreadsContinued: true };
    },
    next: () => this.#begin('stepOver'),
    stepIn: () => this.#begin('stepInto'),
    stepOut: () => this.#begin('stepOut'),
    pause: () => this.#main.post('Debugger.pause'),
  };

  async #attach(): Promise<void> {
    if (this.#attached) return;
    this.#attached = true;
    await this.#main.post('Debugger.enable');
    await this.#main.post('Debugger.setBlackboxPatterns', { patterns: FOREIGN });
    await this.#applyExceptions();
    await this.#sources.addCellsRun();
    for (const [file] of this.#breakpoints.entries()) await this.#applyTo(file);
    this.#emit('initialized', {});
  }

  async #detach(): Promise<void> {
    if (!this.#attached) return;
    this.#attached = false;
    this.#step = null;
    // Lets the program go on if it stands.
    await this.#main.post('Debugger.disable');
    this.#breakpoints.forget();
    this.#urls.clear();
    this.#variables.forget();
    this.#onResumed();
    this.#emit('terminated', {});
  }

  async #setBreakpoints(parameters: Arguments): Promise<object> {
    const { path: file } = parameters.source as { path: string };
    const wanted = (parameters.breakpoints ?? []) as { line: number }[];
    this.#breakpoints.want(
      file,
      wanted.map(({ line }) => line - 1),
    );
    const map = this.#attached ? await this.#applyTo(file) : undefined;
    return {
      breakpoints: wanted.map(({ line }, index) => {
        const place = map === undefined ? null : toScript(map, line - 1);
        const verified = map === undefined || place !== null;
        const source = { path: file };
        return { id: index + 1, verified, line: place ? place.at + 1 : line, source };
      }),
    };
  }

  /** @returns the translation's map, where there is one already */
  async #applyTo(file: string): Promise<Script['map'] | undefined> {
    const scripts = this.#sources.of(file);
    if (this.#sources.text(file) === undefined) return await this.#applyToFile(file);
    for (const script of scripts) await this.#breakpoints.apply(script);
    return scripts.at(-1)?.map;
  }

  async #applyToFile(file: string): Promise<Script['map']> {
    const map = await this.#language.call('mapOfModule', { file });
    await this.#breakpoints.applyToFile(file, map);
    return map;
  }

  async #applyExceptions(): Promise<void> {
    const state = this.#exceptions.length > 0 ? 'all' : 'none';
    await this.#main.post('Debugger.setPauseOnExceptions', { state });
  }

  async #begin(kind: Step): Promise<void> {
    const [top] = this.#standing();
    this.#step = { kind, line: lineOf(top!), depth: this.#frames!.length, run: this.#runs };
    await this.#main.post(`Debugger.${kind}`);
  }

  async #onPaused(paused: Paused): Promise<void> {
    const frames: Frame[] = [];
    for (const frame of paused.callFrames) {
      const found = await this.#locate(frame);
      if (found) frames.push(found);
    }
    const isBreakpoint = (paused.hitBreakpoints ?? []).length > 0;
    const isException = paused.reason === 'exception' || paused.reason === 'promiseRejection';
    const step = this.#step;
    const [top] = frames;
    if (!top) return await this.#goOn('resume');
    if (isException && !(await this.#isWanted(paused, frames))) return await this.#goOn('resume');
    if (step && !isBreakpoint && !isException) {
      // A step that left its cell ends there, and a line is passed as a whole.
      if (step.run !== this.#runs) return await this.#goOn('resume');
      const isSameLine = lineOf(top) === step.line && frames.length === step.depth;
      if (isSameLine && step.kind !== 'stepOut') return await this.#goOn(step.kind);
    }
    this.#step = null;
    this.#frames = frames;
    this.#stopped = paused;
    const reason = isException
      ? 'exception'
      : isBreakpoint
        ? 'breakpoint'
        : step
          ? 'step'
          : 'pause';
    const text = isException ? { text: paused.data?.description ?? '' } : {};
    this.#emit('stopped', { reason, threadId: THREAD, allThreadsStopped: true, ...text });
  }

  /** Whether to stop where something is thrown. */
  async #isWanted({ data }: Paused, frames: readonly Frame[]): Promise<boolean> {
    if (this.#exceptions.includes('raised')) return true;
    const calls = frames.map(({ frame }) => frame);
    return !(await isCaught(this.#main, calls, data?.uncaught !== true));
  }

  #onResumed(): void {
    if (!this.#frames) return;
    this.#frames = null;
    this.#stopped = null;
    this.#variables.forget();
    this.#emit('continued', { threadId: THREAD, allThreadsContinued: true });
  }

  async #goOn(how: Step | 'resume'): Promise<void> {
    if (how === 'resume') this.#step = null;
    // Main may have been let go meanwhile.
    await this.#main.post(`Debugger.${how}`).catch(() => {});
  }

  /** A frame in terms of the user's source; null where it is none of the user's. */
  async #locate(frame: CallFrame): Promise<Frame | null> {
    const { location } = frame;
    // What stands in the frame itself is empty.
    const url = this.#urls.get(location.scriptId) ?? '';
    if (FOREIGN.some((pattern) => new RegExp(pattern).test(url))) return null;
    const script = await this.#sources.find(url);
    if (!script) return null;
    const { lineNumber: line, columnNumber: column } = location;
    const place = toSource(script.map, { line, column });
    return place && { frame, script, line: place.line, column: place.column };
  }

  #standing(): Frame[] {
    if (!this.#frames) throw new DebugError('The program is running.');
    return this.#frames;
  }

  #frame(id: number): Frame {
    const frame = this.#standing()[id - 1];
    if (!frame) throw new DebugError(`There is no frame ${id}.`);
    return frame;
  }

  async #evaluate(expression: string, frameId?: number) {
    const frame = frameId === undefined ? this.#frames?.[0]?.frame : this.#frame(frameId).frame;
    const locals = frame ? await this.#variables.localNames(frame) : [];
    const compiled = await this.#language.call('expression', { source: expression, locals });
    if ('error' in compiled) throw new DebugError(compiled.error);
    const common = { expression: compiled.code, objectGroup: GROUP, silent: true };
    const { result, exceptionDetails } = frame
      ? await this.#main.post<Evaluated>('Debugger.evaluateOnCallFrame', {
          ...common,
          callFrameId: frame.callFrameId,
        })
      : await this.#main.post<Evaluated>('Runtime.evaluate', common);
    if (exceptionDetails) throw new DebugError(messageOf(exceptionDetails.exception ?? result));
    return await this.#variables.show(expression, result);
  }
}

function toStackFrame({ frame, script, line, column }: Frame, id: number): object {
  const name = frame.functionName || path.basename(script.url).replace(/\?.*$/, '');
  const source = { name: path.basename(script.path), path: script.path };
  return { id, name, source, line: line + 1, column: column + 1 };
}

function lineOf({ script, line }: Frame): string {
  return `${script.path}:${line}`;
}

function messageOf({ description, value }: RemoteObject): string {
  return description?.split('\n')[0] ?? String(value);
}
