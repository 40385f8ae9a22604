/** An editor's side of the language server: a notebook, and questions about marked places of it. */
import type { Message } from '@lectern/kernel/protocol';
import type {
  CompletionItem,
  CompletionList,
  Diagnostic,
  Hover,
  Location,
  SignatureHelp,
  WorkspaceEdit,
} from 'vscode-languageserver-types';
import type { KernelClient } from './client.ts';

interface Rpc {
  id?: number;
  method?: string;
  params?: { uri: string; diagnostics: Diagnostic[] };
  result?: unknown;
  error?: { code: number; message: string };
}

let editors = 0;

export class Editor {
  readonly comm: string;
  readonly #kernel: KernelClient;
  #requests = 0;
  #cells = new Map<string, string>();

  private constructor(kernel: KernelClient, comm: string) {
    this.#kernel = kernel;
    this.comm = comm;
  }

  /** Opens a comm and a notebook; cells by name. */
  static async open(kernel: KernelClient, cells: Record<string, string> = {}): Promise<Editor> {
    const editor = new Editor(kernel, `editor-${++editors}`);
    const content = { comm_id: editor.comm, target_name: 'lectern.language', data: {} };
    await kernel.request('comm_open', content, { replies: false });
    await editor.request('initialize', { capabilities: {} });
    editor.notify('initialized', {});
    editor.show(cells);
    return editor;
  }

  async close(): Promise<void> {
    const content = { comm_id: this.comm, data: {} };
    await this.#kernel.request('comm_close', content, { replies: false });
  }

  notify(method: string, params: unknown): void {
    this.#send({ jsonrpc: '2.0', method, params });
  }

  /** @throws what the server answers as an error */
  async request<Result>(method: string, params: unknown): Promise<Result> {
    const { result, error } = await this.ask({ method, params });
    if (error) throw new Error(error.message, { cause: error.code });
    return result as Result;
  }

  async ask(message: object): Promise<Rpc> {
    const id = ++this.#requests;
    this.#send({ jsonrpc: '2.0', id, ...message });
    const answer = await this.#kernel.until((heard) => this.#rpc(heard)?.id === id);
    return this.#rpc(answer)!;
  }

  /** Shows these cells instead of those before. */
  show(cells: Record<string, string>): void {
    this.#cells = new Map(Object.entries(cells));
    const texts = Object.entries(cells).map(([uri, text]) => ({
      uri,
      languageId: 'typescript',
      version: 1,
      text,
    }));
    this.notify('notebookDocument/didOpen', {
      notebookDocument: {
        uri: 'notebook',
        notebookType: 'jupyter-notebook',
        version: 1,
        cells: texts.map(({ uri }) => ({ kind: 2, document: uri })),
      },
      cellTextDocuments: texts,
    });
  }

  /** Types another text into one cell. */
  type(uri: string, text: string): void {
    this.#cells.set(uri, text);
    const textContent = [{ document: { uri, version: 2 }, changes: [{ text }] }];
    this.notify('notebookDocument/didChange', {
      notebookDocument: { uri: 'notebook', version: 2 },
      change: { cells: { textContent } },
    });
  }

  /** Problems of one cell, asked for. */
  async problems(uri: string): Promise<Diagnostic[]> {
    const params = { textDocument: { uri } };
    const { items } = await this.request<{ items: Diagnostic[] }>(
      'textDocument/diagnostic',
      params,
    );
    return items;
  }

  /** Problems of one cell as the server tells them by itself, as soon as they are these. */
  async told(uri: string, wanted: (problems: Diagnostic[]) => boolean): Promise<Diagnostic[]> {
    const message = await this.#kernel.until((heard) => {
      const rpc = this.#rpc(heard);
      const isAbout = rpc?.method === 'textDocument/publishDiagnostics' && rpc.params?.uri === uri;
      return isAbout && wanted(rpc.params!.diagnostics);
    });
    return this.#rpc(message)!.params!.diagnostics;
  }

  /** Asks about a place: the mark `|` in what is typed into the cell. */
  at<Result>(method: string, uri: string, marked: string, more: object = {}): Promise<Result> {
    const before = marked.slice(0, marked.indexOf('|')).split('\n');
    const text = marked.replace('|', '');
    if (this.#cells.get(uri) !== text) this.type(uri, text);
    const position = { line: before.length - 1, character: before.at(-1)!.length };
    return this.request(`textDocument/${method}`, { textDocument: { uri }, position, ...more });
  }

  async complete(uri: string, marked: string): Promise<CompletionItem[]> {
    return (await this.at<CompletionList>('completion', uri, marked)).items;
  }

  resolve(item: CompletionItem | undefined): Promise<CompletionItem> {
    return this.request('completionItem/resolve', item);
  }

  async hover(uri: string, marked: string): Promise<string | null> {
    const hover = await this.at<Hover | null>('hover', uri, marked);
    return hover && (hover.contents as { value: string }).value;
  }

  signature(uri: string, marked: string): Promise<SignatureHelp | null> {
    return this.at('signatureHelp', uri, marked);
  }

  definition(uri: string, marked: string): Promise<Location[]> {
    return this.at('definition', uri, marked);
  }

  /** The cells' texts as a rename leaves them. */
  async rename(uri: string, marked: string, newName: string): Promise<Record<string, string>> {
    const edit = await this.at<WorkspaceEdit>('rename', uri, marked, { newName });
    const texts = Object.fromEntries(this.#cells);
    for (const [cell, edits] of Object.entries(edit.changes ?? {})) {
      const offset = ({ line, character }: { line: number; character: number }) =>
        texts[cell]!.split('\n').slice(0, line).join('\n').length + (line > 0 ? 1 : 0) + character;
      const placed = edits.map(({ range, newText }) => ({
        start: offset(range.start),
        end: offset(range.end),
        newText,
      }));
      for (const { start, end, newText } of placed.sort((a, b) => b.start - a.start)) {
        texts[cell] = texts[cell]!.slice(0, start) + newText + texts[cell]!.slice(end);
      }
    }
    return texts;
  }

  #send(data: object): void {
    this.#kernel.send('comm_msg', { comm_id: this.comm, data }, { replies: false });
  }

  #rpc({ header, content }: Message): Rpc | null {
    return header.msg_type === 'comm_msg' && content.comm_id === this.comm
      ? (content.data as Rpc)
      : null;
  }
}
