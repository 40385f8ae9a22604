import { pathToFileURL } from 'node:url';
import type ts from 'typescript';
import type { Location, Range, TextEdit, WorkspaceEdit } from 'vscode-languageserver-types';
import type { ServiceHost } from '../host.ts';
import type { CellFile, NotebookDocument } from '../notebook-document.ts';
import { RequestError } from './messages.ts';
import { toRange } from './positions.ts';

const NAME = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** Where a name is written in one cell. */
interface Place {
  cell: CellFile;
  span: ts.TextSpan;
  prefix: string;
  suffix: string;
}

/** Where names are declared and used, over all cells of a notebook. */
export class Names {
  readonly #document: NotebookDocument;
  readonly #host: ServiceHost;

  constructor(document: NotebookDocument, host: ServiceHost) {
    this.#document = document;
    this.#host = host;
  }

  /** Where what stands at a place is declared: in a cell or in a file. */
  definition(cell: CellFile, offset: number): Location[] {
    const { service } = this.#host;
    const at = cell.text.offset + offset;
    const found = service.getDefinitionAtPosition(cell.file, at) ?? [];
    const locations = new Map<string, Location>();
    for (const { fileName, textSpan } of found) {
      const location = this.#locate(cell, fileName, textSpan);
      if (location) locations.set(JSON.stringify(location), location);
    }
    return [...locations.values()];
  }

  /** All places where the cells have the name that stands at a place. */
  references(cell: CellFile, offset: number): Location[] {
    return this.#places(cell, offset).map(({ cell: { uri, text }, span }) => ({
      uri,
      range: toRange(text.source, span.start - text.offset, span.length),
    }));
  }

  /**
   * What a rename would be about.
   *
   * @throws RequestError where nothing can be renamed
   */
  prepareRename(cell: CellFile, offset: number): { range: Range; placeholder: string } {
    const at = cell.text.offset + offset;
    const info = this.#host.service.getRenameInfo(cell.file, at, {});
    if (!info.canRename) throw new RequestError(info.localizedErrorMessage);
    if (!cell.text.owns(info.triggerSpan.start)) {
      throw new RequestError('You cannot rename this element.');
    }
    const { start, length } = info.triggerSpan;
    const { text } = cell;
    this.#refuseForeign(cell, at);
    return {
      range: toRange(text.source, start - text.offset, length),
      placeholder: text.text.slice(start, start + length),
    };
  }

  /**
   * The changes that give a name another one, in all cells that have it.
   *
   * @throws RequestError where that is no name, or one that is taken
   */
  rename(cell: CellFile, offset: number, newName: string): WorkspaceEdit {
    if (!NAME.test(newName)) throw new RequestError(`'${newName}' is not a name.`);
    this.prepareRename(cell, offset);
    const changes: Record<string, TextEdit[]> = {};
    for (const { cell: each, span, prefix, suffix } of this.#places(cell, offset)) {
      const { uri, text, outline } = each;
      if (outline.declared.has(newName)) {
        throw new RequestError(`There is already a '${newName}' in one of these cells.`);
      }
      const range = toRange(text.source, span.start - text.offset, span.length);
      changes[uri] ??= [];
      changes[uri].push({ range, newText: prefix + newName + suffix });
    }
    return { changes };
  }

  #locate(cell: CellFile, fileName: string, { start, length }: ts.TextSpan): Location | null {
    const target = this.#document.of(fileName);
    if (target?.text.owns(start)) {
      const { uri, text } = target;
      return { uri, range: toRange(text.source, start - text.offset, length) };
    }
    const program = this.#host.service.getProgram();
    const text = program?.getSourceFile(fileName)?.text ?? '';
    if (!target && !this.#host.isVirtual(fileName)) {
      return { uri: pathToFileURL(fileName).href, range: toRange(text, start, length) };
    }
    // One of our own lines, which stands for a declaration in a cell.
    const name = text.slice(start, start + length);
    const declaring = this.#document.declaring(name, target ?? cell);
    const declaration = declaring?.outline.declared.get(name);
    if (!declaring || !declaration) return null;
    const { source } = declaring.outline;
    return { uri: declaring.uri, range: toRange(source, declaration.start, length) };
  }

  /** The places in cells; a name of the notebook's level has some in every cell that shares it. */
  #places(cell: CellFile, offset: number): Place[] {
    const found = this.#findFrom(cell, cell.text.offset + offset);
    const shared = found.map((each) => this.#sharedName(each)).find((name) => name !== null);
    const places = new Map<string, Place>();
    const add = (each: Place) => {
      if (!each.cell.text.owns(each.span.start)) return;
      places.set(`${each.cell.file}:${each.span.start}`, each);
    };
    found.forEach(add);
    if (shared !== undefined) {
      const origin = this.#document.declaring(shared, cell);
      for (const other of this.#document.cells) {
        if (this.#document.declaring(shared, other) !== origin) continue;
        const declared = other.outline.declared.get(shared);
        const start = declared
          ? other.text.offset + declared.start
          : other.text.borrowed.get(shared);
        if (start === undefined) continue;
        for (const each of this.#findFrom(other, start)) if (each.cell === other) add(each);
      }
    }
    return [...places.values()].sort((a, b) => a.span.start - b.span.start);
  }

  #findFrom({ file }: CellFile, at: number): Place[] {
    const preferences = { providePrefixAndSuffixTextForRename: true };
    const { service } = this.#host;
    const found = service.findRenameLocations(file, at, false, false, preferences) ?? [];
    return found.flatMap(({ fileName, textSpan, prefixText = '', suffixText = '' }): Place[] => {
      const cell = this.#document.of(fileName);
      return cell ? [{ cell, span: textSpan, prefix: prefixText, suffix: suffixText }] : [];
    });
  }

  /** The name of the notebook's level that a place declares or borrows. */
  #sharedName({ cell: { text, outline }, span }: Place): string | null {
    const name = text.text.slice(span.start, span.start + span.length);
    const declared = outline.declared.get(name)?.start;
    const isDeclaration = declared !== undefined && span.start === text.offset + declared;
    return isDeclaration || text.borrowed.get(name) === span.start ? name : null;
  }

  /** What a package or a file declares keeps its name there, and so here. */
  #refuseForeign(cell: CellFile, at: number): void {
    const found = this.#host.service.getDefinitionAtPosition(cell.file, at) ?? [];
    const foreign = found.find(({ fileName }) => !this.#host.isVirtual(fileName));
    if (!foreign) return;
    const isImported = this.#findFrom(cell, at).some((each) => this.#sharedName(each) !== null);
    if (isImported) return;
    throw new RequestError(`This is declared in ${foreign.fileName}, which a rename leaves alone.`);
  }
}
