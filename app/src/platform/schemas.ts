// The settings schemas of the stock plugins in use; JupyterLab would fetch them from its server.
import sanitizer from '@jupyterlab/apputils-extension/schema/sanitizer.json';
import sessionDialogs from '@jupyterlab/apputils-extension/schema/sessionDialogs.json';
import codemirror from '@jupyterlab/codemirror-extension/schema/plugin.json';
import docmanager from '@jupyterlab/docmanager-extension/schema/plugin.json';
import documentsearch from '@jupyterlab/documentsearch-extension/schema/plugin.json';
import notebookPanel from '@jupyterlab/notebook-extension/schema/panel.json';
import notebookTracker from '@jupyterlab/notebook-extension/schema/tracker.json';
import shortcuts from '@jupyterlab/shortcuts-extension/schema/shortcuts.json';
import tooltips from '@jupyterlab/tooltip-extension/schema/notebooks.json';

export const schemas: Readonly<Record<string, object>> = {
  '@jupyterlab/apputils-extension:sanitizer': sanitizer,
  '@jupyterlab/apputils-extension:sessionDialogs': sessionDialogs,
  '@jupyterlab/codemirror-extension:plugin': codemirror,
  '@jupyterlab/docmanager-extension:plugin': docmanager,
  '@jupyterlab/documentsearch-extension:plugin': documentsearch,
  '@jupyterlab/notebook-extension:panel': notebookPanel,
  '@jupyterlab/notebook-extension:tracker': notebookTracker,
  '@jupyterlab/shortcuts-extension:shortcuts': shortcuts,
  '@jupyterlab/tooltip-extension:notebooks': tooltips,
};

/** Where the course differs from JupyterLab's defaults. */
export const preferences: Readonly<Record<string, Record<string, unknown>>> = {
  '@jupyterlab/docmanager-extension:plugin': {
    // chapter/autosave.ts saves two seconds after an edit instead of every two minutes.
    autosave: false,
    renameUntitledFileOnSave: false,
  },
  '@jupyterlab/notebook-extension:tracker': {
    recordTiming: true,
    scrollPastEnd: false,
    // Cells come into the page one after the other while it is idle, and stay there.
    windowingMode: 'defer',
    accessKernelHistory: false,
    codeCellConfig: { lineNumbers: false, lineWrap: true, autoClosingBrackets: true, tabSize: 2 },
    markdownCellConfig: { lineNumbers: false, lineWrap: true, matchBrackets: false },
    kernelStatus: { showOnStatusBar: false, showProgress: false },
  },
  '@jupyterlab/apputils-extension:sanitizer': {
    // Commands are the page's: what a notebook shows must not be able to run them.
    allowCommandLinker: false,
  },
};
