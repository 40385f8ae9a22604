import { type Extension, Prec, StateEffect, StateField } from '@codemirror/state';
import { type EditorView, hoverTooltip, keymap, showTooltip, type Tooltip } from '@codemirror/view';
import type { Hover, MarkupContent } from 'vscode-languageserver-types';
import type { CellLanguage } from './cell-language.ts';
import { drawHelp } from './help.ts';
import { toOffset, toPosition } from './places.ts';

const HOVER_MS = 350;

const setHelp = StateEffect.define<Tooltip | null>();

/** Help that was asked for with the keyboard: stays until the text or the cursor changes. */
const help = StateField.define<Tooltip | null>({
  create: () => null,
  update(shown, transaction) {
    for (const effect of transaction.effects) if (effect.is(setHelp)) return effect.value;
    return transaction.docChanged || transaction.selection ? null : shown;
  },
  provide: (field) => showTooltip.from(field),
});

/** Shows something about a place until the text or the cursor changes, or Escape is pressed. */
export function showHelp(view: EditorView, tooltip: Tooltip): void {
  view.dispatch({ effects: setHelp.of(tooltip) });
}

/** Types and documentation of what the pointer rests on, or, with Shift Tab, of the cursor's. */
export function hover(cell: CellLanguage): Extension {
  return [
    hoverTooltip((view, pos) => tooltipAt(cell, view, pos), { hoverTime: HOVER_MS }),
    help,
    Prec.highest(
      keymap.of([
        {
          key: 'Shift-Tab',
          run: (view) => {
            const { main } = view.state.selection;
            if (!main.empty || !cell.language()?.isConnected) return false;
            if (!/[\p{ID_Continue}$]/u.test(around(view, main.head))) return false;
            void tooltipAt(cell, view, main.head).then((tooltip) => {
              if (tooltip) showHelp(view, tooltip);
            });
            return true;
          },
        },
        {
          key: 'Escape',
          run: (view) => {
            if (!view.state.field(help)) return false;
            view.dispatch({ effects: setHelp.of(null) });
            return true;
          },
        },
      ]),
    ),
  ];
}

/** The characters at both sides of a place. */
function around({ state }: EditorView, at: number): string {
  return state.sliceDoc(Math.max(0, at - 1), Math.min(state.doc.length, at + 1));
}

async function tooltipAt(
  cell: CellLanguage,
  view: EditorView,
  pos: number,
): Promise<Tooltip | null> {
  const language = cell.language();
  if (!language?.isConnected) return null;
  const { doc } = view.state;
  const found = await language
    .ask<Hover | null>('hover', cell.id, toPosition(doc, pos))
    .catch(() => null);
  if (!found || view.state.doc !== doc) return null;
  const dom = await drawHelp(language, (found.contents as MarkupContent).value);
  const { range } = found;
  return {
    pos: range ? toOffset(doc, range.start) : pos,
    ...(range && { end: toOffset(doc, range.end) }),
    above: true,
    create: () => ({ dom }),
  };
}
