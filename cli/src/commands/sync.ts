import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ICell, INotebookContent } from '@jupyterlab/nbformat';
import { loadCourse, loadExercise } from '@lectern/grader/catalogue';
import { Command } from 'commander';
import { doesNotHold } from '../errors.ts';
import { formatNotebook, readNotebook, sourceOf, withSources, writeNotebook } from '../notebook.ts';
import { friendlyPath, root } from '../root.ts';

const kernelspec = { display_name: 'TypeScript', language: 'typescript', name: 'typescript' };

/** A template cell carries no trace of having been run. */
function cleanCell(cell: ICell): ICell {
  const { trusted: _, collapsed: __, execution: ___, ...metadata } = cell.metadata as ICell;
  if (cell.cell_type !== 'code') {
    return { cell_type: cell.cell_type, id: cell.id, metadata, source: sourceOf(cell) } as ICell;
  }
  return {
    cell_type: 'code',
    execution_count: null,
    id: cell.id,
    metadata,
    outputs: [],
    source: sourceOf(cell),
  } as ICell;
}

function requireDistinctIds(notebook: INotebookContent, file: string): void {
  const seen = new Set<unknown>();
  for (const [index, { id }] of notebook.cells.entries()) {
    if (typeof id !== 'string' || seen.has(id)) {
      throw doesNotHold(
        `${friendlyPath(file)}: cell ${index + 1} has ${id ? `the id "${id}" of an earlier cell` : 'no id'}. ` +
          "Ids carry a learner's answers over an update: give each cell its own.",
      );
    }
    seen.add(id);
  }
}

/** The notebook as it should be tracked: starters in their cells, no outputs, our kernel. */
function normalise(notebook: INotebookContent, file: string): INotebookContent {
  requireDistinctIds(notebook, file);
  const withStarters = withSources(notebook, (id) => loadExercise(root, id).cellSource);
  return {
    cells: withStarters.cells.map(cleanCell),
    metadata: {
      ...notebook.metadata,
      kernelspec,
      language_info: { name: 'typescript' },
    },
    nbformat: 4,
    nbformat_minor: 5,
  } as INotebookContent;
}

export const syncCommand = (): Command =>
  new Command('sync')
    .description('write starters into the notebooks and normalise the notebook files')
    .option('--check', 'write nothing; exit 1 if a file would change')
    .action(({ check }: { check?: boolean }) => {
      const stale: string[] = [];
      for (const { file } of loadCourse(root).chapters) {
        const target = path.join(root, 'notebooks', file);
        const notebook = normalise(readNotebook(target), target);
        if (readFileSync(target, 'utf8') === formatNotebook(notebook)) continue;
        stale.push(friendlyPath(target));
        if (!check) writeNotebook(target, notebook);
      }
      if (check && stale.length > 0) {
        throw doesNotHold(
          `Out of step with exercises/: ${stale.join(', ')}. Run: npx lectern sync`,
        );
      }
      if (stale.length > 0) process.stdout.write(`Wrote ${stale.join(', ')}\n`);
    });
