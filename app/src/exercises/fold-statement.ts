import { codeFolding, foldEffect } from '@codemirror/language';
import type { EditorView } from '@codemirror/view';
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import type { Cell } from '@jupyterlab/cells';
import {
  CodeMirrorEditor,
  EditorExtensionRegistry,
  IEditorExtensionRegistry,
} from '@jupyterlab/codemirror';
import { findStatement } from './statement.ts';

/** What stands in an exercise's editor for its JSDoc, which the card above shows typeset. */
function placeholder(_view: EditorView, unfold: (event: Event) => void): HTMLElement {
  const button = document.createElement('button');
  button.type = 'button';
  // In the editor Tab indents: it would not lead out again.
  button.tabIndex = -1;
  button.className = 'lectern-Fold';
  button.textContent = 'as above';
  button.title = 'Show the statement as it stands in the code';
  button.addEventListener('click', unfold);
  return button;
}

/** Folds the statement in the cell's editor; the text stays as it is. */
export function foldStatement(cell: Cell): void {
  if (!(cell.editor instanceof CodeMirrorEditor)) return;
  const { editor: view } = cell.editor;
  const place = findStatement(view.state.doc.toString());
  if (!place) return;
  const [from, to] = [place.start + '/**'.length, place.end - '*/'.length];
  if (from < to) view.dispatch({ effects: foldEffect.of({ from, to }) });
}

export const foldingPlugin: JupyterFrontEndPlugin<void> = {
  id: 'lectern:statement-folding',
  description: 'Lets the statement of an exercise be folded in its editor.',
  autoStart: true,
  requires: [IEditorExtensionRegistry],
  activate: (_app, extensions: IEditorExtensionRegistry) => {
    extensions.addExtension({
      name: 'lectern-folding',
      factory: () =>
        EditorExtensionRegistry.createImmutableExtension(
          codeFolding({ placeholderDOM: placeholder }),
        ),
    });
  },
};
