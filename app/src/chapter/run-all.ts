import type { Notebook, NotebookPanel } from '@jupyterlab/notebook';
import { NotebookActions } from '@jupyterlab/notebook';
import type { ChapterView } from './chapter-view.ts';

/**
 * Runs all cells from the top and leaves the reader where they read; JupyterLab's own command leads
 * to the end of the notebook. Where a cell fails the page goes there: the rest has not run.
 */
export async function runAll({ panel, position }: ChapterView): Promise<void> {
  const { content, sessionContext } = panel;
  const here = content.widgets.findIndex(({ model }) => model.id === position.cellId);
  content.mode = 'command';
  if (here >= 0) content.activeCellIndex = here;
  content.deselectAll();
  const top = content.outerNode.scrollTop;
  const done = NotebookActions.runCells(content, content.widgets, sessionContext);
  content.outerNode.scrollTop = top;
  if (await done) return;
  const failed = firstFailure(content, panel);
  if (failed) await position.reveal(failed);
}

function firstFailure(content: Notebook, panel: NotebookPanel): string | undefined {
  if (panel.isDisposed) return undefined;
  return content.widgets.find(({ node }) => node.dataset.runState === 'failed')?.model.id;
}
