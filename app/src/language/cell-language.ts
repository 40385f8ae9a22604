import type { CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { NotebookLanguage } from './notebook-language.ts';

/** What the editor of one cell needs to know in order to ask about its text. */
export interface CellLanguage {
  /** The cell's. */
  readonly id: string;
  /** Null while the notebook is not in the page. */
  language(): NotebookLanguage | null;
  /** Completion by a kernel without a language server. */
  completeElsewhere(context: CompletionContext): Promise<CompletionResult | null>;
}

/** Asks a kernel in the way that all kernels know. Its places are counted in code points. */
export async function completeByKernel(
  panel: NotebookPanel,
  { state, pos }: CompletionContext,
): Promise<CompletionResult | null> {
  const kernel = panel.sessionContext.session?.kernel;
  if (!kernel) return null;
  const code = state.doc.toString();
  const cursor_pos = [...code.slice(0, pos)].length;
  const { content } = await kernel.requestComplete({ code, cursor_pos });
  if (content.status !== 'ok' || content.matches.length === 0) return null;
  const before = [...code].slice(0, content.cursor_start).join('');
  return { from: before.length, options: content.matches.map((label) => ({ label })) };
}
