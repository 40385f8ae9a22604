import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import {
  type CompletionItem,
  type Diagnostic,
  DiagnosticSeverity,
  type Hover,
  type Position,
} from 'vscode-languageserver-types';
import { CellText } from '../cell-text.ts';
import type { Environment } from '../environment.ts';
import { ExportIndex } from '../exports.ts';
import type { ServiceHost } from '../host.ts';
import { hoverAt } from '../inspection.ts';
import { type CellFile, NotebookDocument } from '../notebook-document.ts';
import { type CellDiagnostic, isMissingModule } from '../problems.ts';
import { completionList, describeImport, describeItem, type ItemData } from './completion.ts';
import { codes, RequestError, type RpcMessage, type RpcResponse } from './messages.ts';
import { Names } from './names.ts';
import { toOffset, toRange } from './positions.ts';
import { type DidChangeNotebook, type DidOpenNotebook, Session } from './session.ts';
import { signatureHelp } from './signatures.ts';

/** How long the cells must be left alone before their problems are looked for, ms. */
const QUIET = 120;

/** Editors at once; one that went without a word makes room for the next. */
const SESSIONS = 4;

const CAPABILITIES = {
  positionEncoding: 'utf-16',
  notebookDocumentSync: {
    notebookSelector: [{ notebook: '*', cells: [{ language: 'typescript' }] }],
  },
  completionProvider: { triggerCharacters: ['.', '"', "'", '/'], resolveProvider: true },
  hoverProvider: true,
  signatureHelpProvider: { triggerCharacters: ['(', ','] },
  definitionProvider: true,
  referencesProvider: true,
  renameProvider: { prepareProvider: true },
  diagnosticProvider: { interFileDependencies: true, workspaceDiagnostics: false },
};

interface At {
  textDocument: { uri: string };
  position: Position;
}

type Method = (session: Session, params: never) => unknown;

/**
 * A server of the Language Server Protocol for the notebooks that editors have open: its documents
 * are their cells. Each client is known by its comm.
 */
export class EditorServer {
  readonly #host: ServiceHost;
  readonly #environment: Environment;
  readonly #send: (client: string, message: RpcMessage) => void;
  readonly #sessions = new Map<string, Session>();
  readonly #exports: ExportIndex;
  readonly #queryFile: string;
  readonly #importFile: string;
  #query: { uri: string; cell: CellText } | null = null;
  #documents = 0;
  #changes = 0;
  #reading = false;

  constructor(
    host: ServiceHost,
    environment: Environment,
    send: (client: string, message: RpcMessage) => void,
  ) {
    this.#host = host;
    this.#environment = environment;
    this.#send = send;
    this.#exports = new ExportIndex(host);
    this.#queryFile = host.path('place.ts');
    this.#importFile = host.path('import.ts');
  }

  /** Handles one message; null where it is one that has no answer. */
  receive(client: string, { id, method, params }: RpcMessage): RpcResponse | null {
    if (typeof method !== 'string') return id == null ? null : failure(id, invalid());
    try {
      const result = this.#handle(client, method, params);
      return id === undefined ? null : { jsonrpc: '2.0', id, result: result ?? null };
    } catch (error) {
      return id === undefined ? null : failure(id, error);
    }
  }

  /** An editor has gone. */
  close(client: string): void {
    this.#sessions.get(client)?.close();
    this.#sessions.delete(client);
  }

  closeAll(): void {
    for (const client of [...this.#sessions.keys()]) this.close(client);
  }

  /** A cell has been handed over to be run. */
  executed(): void {
    if (this.#sessions.size === 0) return;
    for (const session of this.#sessions.values()) {
      session.executed();
      this.#resolveAgain(session);
    }
    this.#checkSoon();
  }

  #handle(client: string, method: string, params: unknown): unknown {
    if (method === 'initialize') {
      this.#open(client);
      return { capabilities: CAPABILITIES, serverInfo: { name: 'lectern' } };
    }
    if (method === 'exit') return this.close(client);
    if (method === 'initialized' || method === 'shutdown' || method.startsWith('$/')) return null;
    const known = Object.hasOwn(this.#methods, method) ? this.#methods[method] : undefined;
    if (!known) throw new RequestError(`Unknown method '${method}'.`, codes.methodNotFound);
    const session = this.#sessions.get(client);
    if (!session) throw new RequestError("Send 'initialize' first.", codes.notInitialised);
    return known(session, params as never);
  }

  readonly #methods: Readonly<Record<string, Method>> = {
    'notebookDocument/didOpen': (session, params: DidOpenNotebook) => {
      session.open(params);
      this.#checkSoon();
    },
    'notebookDocument/didChange': (session, params: DidChangeNotebook) => {
      session.change(params);
      this.#checkSoon();
    },
    'notebookDocument/didSave': () => null,
    'notebookDocument/didClose': (session) => session.close(),
    'textDocument/diagnostic': (session, { textDocument }: At) => ({
      kind: 'full',
      items: this.#diagnostics(session, session.cell(textDocument.uri)),
    }),
    'textDocument/completion': (session, { textDocument: { uri }, position }: At) => {
      this.#readExports(session);
      const { cell, offset } = this.#place(session, uri, position);
      const place = { uri, cell, file: this.#queryFile, offset };
      return completionList(place, this.#host.service, this.#exports);
    },
    'completionItem/resolve': (_, item: CompletionItem) => this.#describe(item),
    'textDocument/signatureHelp': (session, { textDocument: { uri }, position }: At) => {
      const { cell, offset } = this.#place(session, uri, position);
      return signatureHelp(cell, this.#queryFile, offset, this.#host.service);
    },
    'textDocument/hover': (session, at: At) => {
      const { cell, offset } = locate(session, at);
      return this.#hover(cell, offset);
    },
    'textDocument/definition': (session, at: At) => {
      const { cell, offset } = locate(session, at);
      return this.#names(session).definition(cell, offset);
    },
    'textDocument/references': (session, at: At) => {
      const { cell, offset } = locate(session, at);
      return this.#names(session).references(cell, offset);
    },
    'textDocument/prepareRename': (session, at: At) => {
      const { cell, offset } = locate(session, at);
      return this.#names(session).prepareRename(cell, offset);
    },
    'textDocument/rename': (session, at: At & { newName: string }) => {
      const { cell, offset } = locate(session, at);
      return this.#names(session).rename(cell, offset, at.newName);
    },
  };

  #open(client: string): void {
    this.close(client);
    this.#host.includeNode();
    const [oldest] = this.#sessions.keys();
    if (oldest !== undefined && this.#sessions.size >= SESSIONS) this.close(oldest);
    const prefix = `document_${++this.#documents}`;
    this.#sessions.set(
      client,
      new Session(new NotebookDocument(this.#host, this.#environment, prefix)),
    );
  }

  #names(session: Session): Names {
    return new Names(session.document, this.#host);
  }

  #hover({ text, file }: CellFile, offset: number): Hover | null {
    const help = hoverAt(file, text.offset + offset, this.#host.service);
    if (!help) return null;
    const { signature, documentation, span } = help;
    const value = `\`\`\`typescript\n${signature}\n\`\`\`\n\n${documentation}`.trim();
    const range = toRange(text.source, span.start - text.offset, span.length);
    return { contents: { kind: 'markdown', value }, range };
  }

  /** Writes a cell with all names that one may type there, where they are asked about. */
  #place(session: Session, uri: string, position: Position): { cell: CellText; offset: number } {
    const { outline } = session.cell(uri);
    const cell = new CellText(outline, session.document.namesAt(uri), { all: true });
    this.#host.write(this.#queryFile, cell.text, cell);
    this.#query = { uri, cell };
    return { cell, offset: toOffset(cell.source, position) };
  }

  #describe(item: CompletionItem): CompletionItem {
    const { module, offset, uri } = item.data as ItemData;
    const { service } = this.#host;
    if (module !== undefined) {
      const write = (text: string) => {
        this.#host.write(this.#importFile, text);
        return this.#importFile;
      };
      const described = describeImport(item, module, write, service);
      this.#host.delete(this.#importFile);
      return described;
    }
    if (this.#query?.uri !== uri) return item;
    return describeItem(item, { cell: this.#query.cell, file: this.#queryFile, offset }, service);
  }

  /** Reads modules that could be imported, one per turn of the event loop. */
  async #readExports({ document }: Session): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    this.#exports.wantDependencies();
    this.#exports.want(document.cells.flatMap(({ outline }) => packagesIn(outline.source)));
    do await turn();
    while (attempt(() => this.#exports.readNext()) ?? true);
    this.#reading = false;
  }

  /** Packages may have been installed since. */
  #resolveAgain(session: Session): void {
    for (const cell of session.document.cells) {
      if (!session.lacksModule.has(cell.uri)) continue;
      this.#host.resolveAgain(cell.file);
      session.stale.add(cell.uri);
    }
  }

  /**
   * Tells the editors of problems once nothing has changed for a moment, a cell per turn of the
   * event loop, so that a cell to be run need not wait for all.
   */
  async #checkSoon(): Promise<void> {
    const mine = ++this.#changes;
    await delay(QUIET);
    for (const [client, session] of this.#sessions) {
      for (const cell of session.document.cells) {
        if (mine !== this.#changes) return;
        if (!session.stale.delete(cell.uri)) continue;
        const { uri } = cell;
        const diagnostics = attempt(() => this.#diagnostics(session, cell));
        const params = { uri, diagnostics: diagnostics ?? [] };
        this.#send(client, { jsonrpc: '2.0', method: 'textDocument/publishDiagnostics', params });
        await turn();
      }
    }
    // Before somebody completes a name, and needs it.
    for (const session of this.#sessions.values()) await this.#readExports(session);
  }

  #diagnostics(session: Session, cell: CellFile): Diagnostic[] {
    const problems = session.document.problems(cell);
    if (problems.some(isMissingModule)) session.lacksModule.add(cell.uri);
    else session.lacksModule.delete(cell.uri);
    return problems.map((problem) => toDiagnostic(cell.text.source, problem));
  }
}

function locate(session: Session, { textDocument: { uri }, position }: At) {
  const cell = session.cell(uri);
  return { cell, offset: toOffset(cell.text.source, position) };
}

function toDiagnostic(
  source: string,
  { start, end, severity, message, code }: CellDiagnostic,
): Diagnostic {
  return {
    range: toRange(source, start, end - start),
    severity: severity === 'error' ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
    source: 'ts',
    message,
    code,
  };
}

/** What nobody waits for must not end the service: TypeScript fails at a few odd texts. */
function attempt<Result>(action: () => Result): Result | null {
  try {
    return action();
  } catch {
    return null;
  }
}

/** Names of packages that a cell imports. */
function packagesIn(source: string): string[] {
  const specifiers = source.matchAll(/\bfrom\s*(["'])([^"'\n]+)\1/g);
  return Array.from(specifiers, ([, , name]) => name!).filter((name) => !/^[./]/.test(name));
}

function invalid(): RequestError {
  return new RequestError('A message has a method.', codes.invalidRequest);
}

function failure(id: RpcResponse['id'], error: unknown): RpcResponse {
  const { message, stack } = error as Error;
  if (error instanceof RequestError)
    return { jsonrpc: '2.0', id, error: { code: error.code, message } };
  return { jsonrpc: '2.0', id, error: { code: codes.internalError, message: String(stack) } };
}
