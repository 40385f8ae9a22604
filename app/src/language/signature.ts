import { completionStatus } from '@codemirror/autocomplete';
import { type Extension, Prec, StateEffect, StateField } from '@codemirror/state';
import {
  EditorView,
  keymap,
  showTooltip,
  type Tooltip,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view';
import type { MarkupContent, SignatureHelp } from 'vscode-languageserver-types';
import type { CellLanguage } from './cell-language.ts';
import { toPosition } from './places.ts';

/** How long the cursor must rest until what is shown follows it, ms. */
const FOLLOW_MS = 80;

const setSignature = StateEffect.define<Tooltip | null>();

const shown = StateField.define<Tooltip | null>({
  create: () => null,
  update(tooltip, transaction) {
    for (const effect of transaction.effects) if (effect.is(setSignature)) return effect.value;
    return tooltip && { ...tooltip, pos: transaction.changes.mapPos(tooltip.pos) };
  },
  provide: (field) => showTooltip.from(field),
});

/** The signature of the call that one is writing, from `(` to `)`. */
export function signature(cell: CellLanguage): Extension {
  const follower = ViewPlugin.define((view) => new Follower(view, cell));
  const ask = (view: EditorView): boolean => {
    view.plugin(follower)?.ask();
    return true;
  };
  const close = (view: EditorView): boolean => {
    if (!view.state.field(shown) || completionStatus(view.state) === 'active') return false;
    view.plugin(follower)?.close();
    return true;
  };
  return [
    shown,
    follower,
    Prec.high(
      keymap.of([
        { key: 'Mod-Shift-Space', run: ask },
        { key: 'Escape', run: close },
      ]),
    ),
    EditorView.domEventHandlers({ blur: (_, view) => void view.plugin(follower)?.close() }),
  ];
}

class Follower {
  constructor(view: EditorView, cell: CellLanguage) {
    this.#view = view;
    this.#cell = cell;
  }

  update({ transactions, state, docChanged, selectionSet }: ViewUpdate): void {
    const typed = transactions.some((each) => each.isUserEvent('input.type'));
    const { head } = state.selection.main;
    const begins = typed && /[(,<]/.test(state.sliceDoc(head - 1, head));
    if (begins || ((docChanged || selectionSet) && state.field(shown))) this.askSoon();
  }

  /** Asks what call the cursor is in, and shows it or nothing. */
  async ask(): Promise<void> {
    window.clearTimeout(this.#timer);
    const view = this.#view;
    const language = this.#cell.language();
    if (!language?.isConnected || !view.hasFocus) return;
    const { doc, selection } = view.state;
    const { head } = selection.main;
    const found = await language
      .ask<SignatureHelp | null>('signatureHelp', this.#cell.id, toPosition(doc, head))
      .catch(() => null);
    const isHere = view.state.doc === doc && view.state.selection.main.head === head;
    if (!isHere || this.#destroyed) return;
    const tooltip = found && draw(found, head);
    if (tooltip || view.state.field(shown)) {
      view.dispatch({ effects: setSignature.of(tooltip || null) });
    }
  }

  close(): void {
    window.clearTimeout(this.#timer);
    const view = this.#view;
    // Not within the update that the editor may be in.
    queueMicrotask(() => {
      if (this.#destroyed || !view.state.field(shown)) return;
      view.dispatch({ effects: setSignature.of(null) });
    });
  }

  destroy(): void {
    window.clearTimeout(this.#timer);
    this.#destroyed = true;
  }

  private askSoon(): void {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.ask(), FOLLOW_MS);
  }

  #timer = 0;
  #destroyed = false;
  readonly #view: EditorView;
  readonly #cell: CellLanguage;
}

function draw(help: SignatureHelp, pos: number): Tooltip | null {
  const { signatures, activeSignature = 0, activeParameter = 0 } = help;
  const found = signatures[activeSignature ?? 0] ?? signatures[0];
  if (!found) return null;
  const dom = document.createElement('div');
  dom.className = 'lectern-CallHelp';
  dom.setAttribute('role', 'status');
  const line = document.createElement('code');
  dom.append(line);
  const parameter = found.parameters?.[activeParameter ?? 0];
  const [from, to] = Array.isArray(parameter?.label) ? parameter.label : [0, 0];
  const mark = document.createElement('mark');
  mark.textContent = found.label.slice(from, to);
  line.append(found.label.slice(0, from), mark, found.label.slice(to));
  const about = textOf(parameter?.documentation) || textOf(found.documentation);
  if (about) {
    const paragraph = document.createElement('p');
    paragraph.textContent = about;
    dom.append(paragraph);
  }
  if (signatures.length > 1) {
    const count = document.createElement('small');
    count.textContent = `${(activeSignature ?? 0) + 1} of ${signatures.length}`;
    line.before(count);
  }
  return { pos, above: true, create: () => ({ dom }) };
}

/** Its first paragraph: there is room for a line or two. */
function textOf(documentation: string | MarkupContent | undefined): string {
  const text = typeof documentation === 'string' ? documentation : (documentation?.value ?? '');
  return text.split('\n\n')[0]!.replace(/^\*@\w+\* /, '');
}
