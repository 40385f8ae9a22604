/** What all explorables share: title, question, prediction, picture, controls, words, table. */

import { html } from './dom.ts';
import { style } from './style.ts';
import type { BaseState, Store } from './widget.ts';

export interface FrameOptions {
  title: string;
  question: string;
  /** The prediction, made before anything is revealed. */
  ask: string;
  choices: string[];
  choose(choice: string): void;
}

export interface Frame {
  picture: HTMLElement;
  /** Empty at first; hidden until the reader has predicted. */
  controls: HTMLElement;
  update(state: BaseState, words: string, asTable: () => HTMLTableElement): void;
}

/** Builds the frame inside `el`, in a shadow root: the page's styles and ours do not meet. */
export function frame<S extends BaseState>(
  el: HTMLElement,
  store: Store<S>,
  options: FrameOptions,
): Frame {
  const picture = html('div', { class: 'picture' });
  const controls = html('div', { class: 'controls' });
  const answers = options.choices.map((choice) =>
    html('button', { type: 'button', click: () => options.choose(choice) }, choice),
  );
  const ask = html(
    'div',
    { class: 'predict', role: 'group', 'aria-label': 'Your prediction' },
    html('p', {}, options.ask),
    html('div', { class: 'row' }, ...answers),
  );
  const feedback = html('p', { class: 'feedback', role: 'status' });
  const words = html('p', { class: 'words', 'aria-live': 'polite' });
  const toggle = () => store.changeAndSave({ table: !store.read().table } as Partial<S>);
  const tableButton = html('button', { type: 'button', click: toggle }, 'As table');
  const resetButton = html('button', { type: 'button', click: store.reset }, 'Reset');
  const tableSlot = html('div', { class: 'table' });

  const root = html('div', { class: 'explorable', role: 'group', 'aria-label': options.title });
  root.append(
    html('p', { class: 'title' }, options.title),
    html('p', { class: 'question' }, options.question),
    ask,
    feedback,
    picture,
    words,
    html('div', { class: 'row' }, controls, resetButton, tableButton),
    tableSlot,
  );
  el.replaceChildren(inShadow(root));

  return {
    picture,
    controls,
    update(state, text, asTable) {
      const predicted = state.feedback !== null;
      ask.hidden = predicted;
      feedback.hidden = !predicted;
      controls.hidden = !predicted;
      say(feedback, state.feedback ?? '');
      say(words, text);
      tableButton.setAttribute('aria-pressed', String(state.table));
      tableButton.disabled = !predicted;
      tableSlot.replaceChildren(...(state.table && predicted ? [asTable()] : []));
    },
  };
}

function inShadow(root: HTMLElement): HTMLElement {
  // JupyterLab leaves the keys alone inside an element that carries this attribute.
  const host = html('div', { 'data-lm-suppress-shortcuts': 'true' });
  host.attachShadow({ mode: 'open' }).append(html('style', {}, style), root);
  // A notebook would take the mouse for itself: a drag would move its cell, a double click edit it.
  for (const event of ['mousedown', 'dblclick']) {
    host.addEventListener(event, (e) => e.stopPropagation());
  }
  return host;
}

/** Changes a live region only when its text changed, so that nothing is read out twice. */
function say(region: HTMLElement, text: string): void {
  if (region.textContent !== text) region.textContent = text;
}

export function table(head: string[], rows: string[][], caption: string): HTMLTableElement {
  const cells = (tag: 'td' | 'th', row: string[]) =>
    row.map((text, column) =>
      column === 0 || tag === 'th'
        ? html('th', { scope: tag === 'th' ? 'col' : 'row' }, text)
        : html('td', {}, text),
    );
  return html(
    'table',
    {},
    html('caption', {}, caption),
    html('thead', {}, html('tr', {}, ...cells('th', head))),
    html('tbody', {}, ...rows.map((row) => html('tr', {}, ...cells('td', row)))),
  );
}
