import {
  forEachDiagnostic,
  type Diagnostic as Mark,
  nextDiagnostic,
  setDiagnostics,
} from '@codemirror/lint';
import type { Extension } from '@codemirror/state';
import { type EditorView, keymap } from '@codemirror/view';
import type { Diagnostic } from 'vscode-languageserver-types';
import { showHelp } from './hover.ts';
import { toOffset } from './places.ts';

const ERROR = 1;

/** Underlines problems in a cell's editor; what is said of one shows on hover and with F8. */
export function markProblems(cell: HTMLElement, view: EditorView, problems: Diagnostic[]): void {
  const { doc } = view.state;
  const marks = problems.map(({ range, severity, message, code }): Mark => {
    const from = toOffset(doc, range.start);
    return {
      from,
      to: Math.max(from, toOffset(doc, range.end)),
      severity: severity === ERROR ? 'error' : 'warning',
      message: typeof message === 'string' ? message : message.value,
      source: `${code}`,
    };
  });
  view.dispatch(setDiagnostics(view.state, marks));
  const errors = marks.filter(({ severity }) => severity === 'error');
  cell.dataset.problems = String(errors.length);
}

/** F8 goes to the next problem and says it. */
export const problemKeys: Extension = keymap.of([
  {
    key: 'F8',
    run: (view) => {
      if (!nextDiagnostic(view)) return false;
      const { from, to } = view.state.selection.main;
      const messages: string[] = [];
      forEachDiagnostic(view.state, ({ message }, start, end) => {
        if (start === from && end === to) messages.push(message);
      });
      const dom = document.createElement('div');
      dom.className = 'cm-diagnostic';
      dom.setAttribute('role', 'status');
      dom.textContent = messages.join('\n');
      showHelp(view, { pos: from, above: true, create: () => ({ dom }) });
      return true;
    },
  },
]);
