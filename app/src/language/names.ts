import { type Extension, Prec } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { InputDialog } from '@jupyterlab/apputils';
import type { Location, Range, WorkspaceEdit } from 'vscode-languageserver-types';
import { say } from '../platform/notice.ts';
import type { CellLanguage } from './cell-language.ts';
import type { NotebookLanguage } from './notebook-language.ts';
import { toPosition } from './places.ts';

/** F2 renames what stands at the cursor, in all cells; F12 or a click with Ctrl goes to where it is declared. */
export function names(cell: CellLanguage): Extension {
  const command = (action: (view: EditorView, at: number) => Promise<void>) => ({
    run: (view: EditorView): boolean => {
      if (!cell.language()?.isConnected) return false;
      void action(view, view.state.selection.main.head);
      return true;
    },
  });
  return [
    Prec.high(
      keymap.of([
        { key: 'F2', ...command((view, at) => rename(cell, view, at)) },
        { key: 'F12', ...command((view, at) => goToDefinition(cell, view, at)) },
      ]),
    ),
    EditorView.domEventHandlers({
      mousedown: (event, view) => {
        const withKey = /mac/i.test(navigator.platform) ? event.metaKey : event.ctrlKey;
        if (!withKey || event.button !== 0 || !cell.language()?.isConnected) return false;
        const at = view.posAtCoords({ x: event.clientX, y: event.clientY });
        if (at === null) return false;
        event.preventDefault();
        void goToDefinition(cell, view, at);
        return true;
      },
    }),
  ];
}

async function rename(cell: CellLanguage, view: EditorView, at: number): Promise<void> {
  const language = cell.language();
  if (!language) return;
  try {
    const position = toPosition(view.state.doc, at);
    const { placeholder } = await language.ask<{ range: Range; placeholder: string }>(
      'prepareRename',
      cell.id,
      position,
    );
    const { button, value } = await InputDialog.getText({
      title: `Rename ${placeholder} in all cells`,
      label: 'New name',
      text: placeholder,
      okLabel: 'Rename',
    });
    view.focus();
    const newName = value?.trim();
    if (!button.accept || !newName || newName === placeholder) return;
    const edit = await language.ask<WorkspaceEdit>('rename', cell.id, position, { newName });
    applyEdit(language, edit);
  } catch (error) {
    say((error as Error).message);
  }
}

function applyEdit(language: NotebookLanguage, { changes = {} }: WorkspaceEdit): void {
  for (const [id, edits] of Object.entries(changes)) {
    const shared = language.cell(id)?.model.sharedModel;
    if (!shared) continue;
    const source = shared.getSource();
    const placed = edits.map(({ range, newText }) => ({
      start: offsetIn(source, range.start),
      end: offsetIn(source, range.end),
      newText,
    }));
    // From the end, so that the places before keep theirs.
    placed.sort((a, b) => b.start - a.start);
    shared.transact(() => {
      for (const { start, end, newText } of placed) shared.updateSource(start, end, newText);
    });
  }
}

async function goToDefinition(cell: CellLanguage, view: EditorView, at: number): Promise<void> {
  const language = cell.language();
  const position = toPosition(view.state.doc, at);
  const found = await language
    ?.ask<Location[]>('definition', cell.id, position)
    .catch((): Location[] => []);
  const [first] = found ?? [];
  if (!language || !first) return;
  const target = language.cell(first.uri);
  if (!target) {
    const file = decodeURIComponent(new URL(first.uri).pathname);
    say(`This is declared in ${file}, line ${first.range.start.line + 1}.`);
    return;
  }
  const { content } = language.panel;
  content.activeCellIndex = content.widgets.indexOf(target);
  await content.scrollToCell(target);
  await target.ready;
  content.mode = 'edit';
  const { start, end } = first.range;
  target.editor?.focus();
  target.editor?.setSelection({
    start: { line: start.line, column: start.character },
    end: { line: end.line, column: end.character },
  });
}

function offsetIn(source: string, { line, character }: Range['start']): number {
  let start = 0;
  for (let i = 0; i < line; i++) start = source.indexOf('\n', start) + 1;
  return start + character;
}
