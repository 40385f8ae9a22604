import {
  acceptCompletion,
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  closeCompletion,
  completionStatus,
  moveCompletionSelection,
  pickedCompletion,
  startCompletion,
} from '@codemirror/autocomplete';
import { type Extension, Prec, type Text } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import type {
  CompletionItem,
  CompletionList,
  MarkupContent,
  TextEdit,
} from 'vscode-languageserver-types';
import type { CellLanguage } from './cell-language.ts';
import { codeBlock, drawHelp } from './help.ts';
import { toOffset, toPosition } from './places.ts';

/** The protocol's kinds in the words that the popup has icons for. */
const KINDS: readonly string[] = [
  'text',
  'text',
  'method',
  'function',
  'class',
  'property',
  'variable',
  'class',
  'interface',
  'namespace',
  'property',
  'text',
  'text',
  'enum',
  'keyword',
  'text',
  'text',
  'text',
  'text',
  'text',
  'constant',
  'constant',
  'class',
  'text',
  'text',
  'type',
];

/** While one types, the popup opens behind a dot, a name that has begun, and in an import's path. */
const OPENS = /(?:\.|[\p{ID_Start}$_][\p{ID_Continue}$]+|\b(?:from|import)\s*\(?\s*["'][^"']*)$/u;

/** A number's dot is none. */
const NUMBER = /(?:^|[^\p{ID_Continue}$])\d[\d_]*\.$/u;

/** Completion by what the kernel knows, in one cell. */
export function completion(cell: CellLanguage): Extension {
  const moved = new WeakSet<EditorView>();
  const move = (forward: boolean, by?: 'page') => (view: EditorView) => {
    if (!isOpen(view)) return false;
    moved.add(view);
    return moveCompletionSelection(forward, by)(view);
  };
  return [
    autocompletion({
      override: [(context) => complete(cell, context)],
      defaultKeymap: false,
      icons: true,
      activateOnTypingDelay: 120,
      maxRenderedOptions: 60,
      interactionDelay: 0,
    }),
    EditorView.updateListener.of(({ state, view }) => {
      if (completionStatus(state) === null) moved.delete(view);
    }),
    Prec.highest(
      keymap.of([
        { key: 'Ctrl-Space', run: startCompletion },
        { key: 'Escape', run: (view) => isOpen(view) && closeCompletion(view) },
        { key: 'ArrowDown', run: move(true) },
        { key: 'ArrowUp', run: move(false) },
        { key: 'PageDown', run: move(true, 'page') },
        { key: 'PageUp', run: move(false, 'page') },
        // A line's end is not to become something else by surprise: only what was chosen is taken.
        { key: 'Enter', run: (view) => moved.has(view) && acceptCompletion(view) },
        { key: 'Tab', run: (view) => acceptCompletion(view) || startAtWord(view) },
      ]),
    ),
  ];
}

function isOpen({ state }: EditorView): boolean {
  return completionStatus(state) === 'active';
}

/** Tab behind a word or a dot completes it; elsewhere it indents. */
function startAtWord(view: EditorView): boolean {
  const { main } = view.state.selection;
  if (!main.empty) return false;
  const before = view.state.sliceDoc(Math.max(0, main.head - 1), main.head);
  return /[\p{ID_Continue}$."'/]/u.test(before) && startCompletion(view);
}

async function complete(
  cell: CellLanguage,
  context: CompletionContext,
): Promise<CompletionResult | null> {
  const { state, pos, explicit } = context;
  const line = state.doc.lineAt(pos);
  const before = line.text.slice(0, pos - line.from);
  if (!explicit && (!OPENS.test(before) || NUMBER.test(before))) return null;
  const language = cell.language();
  if (!language?.isConnected) return await cell.completeElsewhere(context);
  const list = await language
    .ask<CompletionList | null>('completion', cell.id, toPosition(state.doc, pos))
    // The kernel went away meanwhile: nobody is to be told that there are no suggestions.
    .catch(() => null);
  if (!list || list.items.length === 0 || context.aborted) return null;
  const from = Math.max(...list.items.map((item) => wordStart(state.doc, item, pos)));
  return {
    from,
    options: list.items.map((item) =>
      toCompletion(cell, item, from - editStart(state.doc, item, pos)),
    ),
    ...(list.isIncomplete ? {} : { validFor: /^[\p{ID_Continue}$]*$/u }),
  };
}

function editStart(doc: Text, { textEdit }: CompletionItem, pos: number): number {
  return textEdit && 'range' in textEdit ? Math.min(pos, toOffset(doc, textEdit.range.start)) : pos;
}

/** Where the name begins that is completed: an edit may begin before it (`?.name` for `.name`). */
function wordStart(doc: Text, item: CompletionItem, pos: number): number {
  const start = editStart(doc, item, pos);
  return doc.sliceString(start, start + 1) === '.' ? Math.min(start + 1, pos) : start;
}

/** @param lead how much the edit begins before the name */
function toCompletion(cell: CellLanguage, item: CompletionItem, lead: number): Completion {
  const { label, kind = 1, sortText = '', labelDetails, tags } = item;
  const rank = Number.parseInt(sortText, 10) || 0;
  return {
    label,
    type: KINDS[kind] ?? 'text',
    // What is nearer comes first among what fits equally well.
    boost: Math.max(-99, 11 - rank),
    ...(labelDetails?.description ? { detail: labelDetails.description } : {}),
    ...(tags?.length ? { section: { name: 'Deprecated', rank: 1 } } : {}),
    info: async () => {
      const language = cell.language();
      const full = await language
        ?.request<CompletionItem>('completionItem/resolve', item)
        .catch(() => null);
      if (!language || !full) return null;
      const documentation = (full.documentation as MarkupContent | undefined)?.value ?? '';
      const parts = [full.detail && codeBlock(full.detail), documentation].filter(Boolean);
      return parts.length > 0 ? await drawHelp(language, parts.join('\n\n')) : null;
    },
    apply: (view, completed, from, to) => apply(view, item, completed, { from: from - lead, to }),
  };
}

function apply(
  view: EditorView,
  item: CompletionItem,
  completed: Completion,
  replaced: { from: number; to: number },
): void {
  const { doc } = view.state;
  const insert = (item.textEdit as TextEdit | undefined)?.newText ?? item.label;
  const more = (item.additionalTextEdits ?? []).map(({ range, newText }) => ({
    from: toOffset(doc, range.start),
    to: toOffset(doc, range.end),
    insert: newText,
  }));
  const changes = view.state.changes([...more, { ...replaced, insert }]);
  view.dispatch({
    changes,
    selection: { anchor: changes.mapPos(replaced.to, 1) },
    userEvent: 'input.complete',
    annotations: pickedCompletion.of(completed),
    scrollIntoView: true,
  });
}
