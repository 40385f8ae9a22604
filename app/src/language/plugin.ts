import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import type { ICellModel } from '@jupyterlab/cells';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import { EditorExtensionRegistry, IEditorExtensionRegistry } from '@jupyterlab/codemirror';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { type CellLanguage, completeByKernel } from './cell-language.ts';
import { completion } from './completion.ts';
import { hover } from './hover.ts';
import { names } from './names.ts';
import { NotebookLanguage } from './notebook-language.ts';
import { problemKeys } from './problems.ts';
import { signature } from './signature.ts';

/** What the kernel's language server knows, in the editors of code cells. */
export const languagePlugin: JupyterFrontEndPlugin<void> = {
  id: 'lectern:language',
  description: 'Type errors as one types, completion, hover, signatures, rename, definitions.',
  autoStart: true,
  requires: [INotebookTracker, IEditorExtensionRegistry],
  activate: (_app, notebooks: INotebookTracker, extensions: IEditorExtensionRegistry) => {
    const languages = new Map<NotebookPanel, NotebookLanguage>();
    notebooks.widgetAdded.connect((_, panel) => {
      languages.set(panel, new NotebookLanguage(panel));
      panel.disposed.connect(() => languages.delete(panel));
    });
    const panelOf = ({ sharedModel }: ICellModel): NotebookPanel | undefined =>
      [...languages.keys()].find(
        ({ content }) => content.model?.sharedModel === sharedModel.notebook,
      );
    extensions.addExtension({
      name: 'lectern-language',
      factory: ({ model }) => {
        if (!isCodeCell(model)) return null;
        const cell: CellLanguage = {
          id: model.id,
          language: () => languages.get(panelOf(model)!) ?? null,
          completeElsewhere: async (context) => {
            const panel = panelOf(model);
            return panel ? await completeByKernel(panel, context) : null;
          },
        };
        return EditorExtensionRegistry.createImmutableExtension([
          completion(cell),
          hover(cell),
          signature(cell),
          names(cell),
          problemKeys,
        ]);
      },
    });
  },
};

function isCodeCell(model: CodeEditor.IModel): model is ICellModel {
  return 'type' in model && model.type === 'code';
}
