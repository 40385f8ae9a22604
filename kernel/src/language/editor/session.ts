import type { Range } from 'vscode-languageserver-types';
import type { CellFile, DocumentCell, NotebookDocument } from '../notebook-document.ts';
import { codes, RequestError } from './messages.ts';
import { toOffset } from './positions.ts';

interface TextItem {
  uri: string;
  text: string;
}

type TextChange = { text: string } | { range: Range; text: string };

/** Parameters of `notebookDocument/didOpen`. */
export interface DidOpenNotebook {
  notebookDocument: { uri: string; cells: { kind: number; document: string }[] };
  cellTextDocuments: TextItem[];
}

/** Parameters of `notebookDocument/didChange`. */
export interface DidChangeNotebook {
  change: {
    cells?: {
      structure?: {
        array: { start: number; deleteCount: number; cells?: { kind: number; document: string }[] };
        didOpen?: TextItem[];
      };
      textContent?: { document: { uri: string }; changes: TextChange[] }[];
    };
  };
}

const CODE = 2;

/** What one editor has told of its notebook. */
export class Session {
  readonly document: NotebookDocument;
  /** Cells of all kinds, in order. */
  #cells: { kind: number; document: string }[] = [];
  readonly #texts = new Map<string, string>();
  /** Cells whose problems have to be looked for anew. */
  readonly stale = new Set<string>();
  /** Cells that import what was not found. */
  readonly lacksModule = new Set<string>();

  constructor(document: NotebookDocument) {
    this.document = document;
  }

  open({ notebookDocument, cellTextDocuments }: DidOpenNotebook): void {
    this.#cells = [...notebookDocument.cells];
    this.#texts.clear();
    for (const { uri, text } of cellTextDocuments) this.#texts.set(uri, text);
    this.#update();
    for (const { uri } of this.document.cells) this.stale.add(uri);
  }

  change({ change: { cells = {} } }: DidChangeNotebook): void {
    const { structure, textContent = [] } = cells;
    if (structure) {
      const { start, deleteCount, cells: added = [] } = structure.array;
      const removed = this.#cells.splice(start, deleteCount, ...added);
      for (const { document } of removed) this.#texts.delete(document);
      for (const { uri, text } of structure.didOpen ?? []) this.#texts.set(uri, text);
    }
    for (const { document, changes } of textContent) {
      let text = this.#texts.get(document.uri) ?? '';
      for (const each of changes) {
        if ('range' in each) {
          const from = toOffset(text, each.range.start);
          text = text.slice(0, from) + each.text + text.slice(toOffset(text, each.range.end));
        } else text = each.text;
      }
      this.#texts.set(document.uri, text);
    }
    this.#update();
  }

  /** Cells were executed: what the others know of their names may have changed. */
  executed(): void {
    this.#outdate(this.document.refresh());
  }

  close(): void {
    this.#cells = [];
    this.stale.clear();
    this.document.close();
  }

  /** @throws RequestError where the editor has not told of such a cell */
  cell(uri: string): CellFile {
    const cell = this.document.at(uri);
    if (!cell) throw new RequestError(`There is no code cell '${uri}'.`, codes.invalidParams);
    return cell;
  }

  #update(): void {
    const cells = this.#cells.flatMap(({ kind, document }): DocumentCell[] =>
      kind === CODE ? [{ uri: document, source: this.#texts.get(document) ?? '' }] : [],
    );
    this.#outdate(this.document.update(cells));
  }

  /** Marks the changed cells, and those below that use their names. */
  #outdate(changed: CellFile[]): void {
    const files = new Set(changed);
    for (const cell of this.document.cells) {
      const uses = [...cell.text.borrowed.keys()];
      const depends = uses.some((name) => {
        const declaring = this.document.declaring(name, cell);
        return declaring !== undefined && files.has(declaring);
      });
      if (depends) files.add(cell);
      if (files.has(cell)) this.stale.add(cell.uri);
    }
  }
}
