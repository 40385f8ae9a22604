import type { ICellHeader } from '@jupyterlab/cells';
import type { CommandRegistry } from '@lumino/commands';
import type { Message } from '@lumino/messaging';
import { PanelLayout, Widget } from '@lumino/widgets';
import { cellOf, exerciseOf, panelOf } from './finding.ts';

type Action = { label: string; title: string; command: string; only?: 'code' | 'markdown' };

const actions: Action[] = [
  {
    label: 'Run',
    title: 'Run this cell (Shift+Enter)',
    command: 'notebook:run-cell',
    only: 'code',
  },
  {
    label: 'Edit',
    title: 'Edit this text (Enter)',
    command: 'notebook:enter-edit-mode',
    only: 'markdown',
  },
  { label: '+ Code', title: 'Add a code cell below (B)', command: 'lectern:add-code' },
  { label: '+ Text', title: 'Add a text cell below', command: 'lectern:add-text' },
  { label: '↑', title: 'Move this cell up (Ctrl+Shift+↑)', command: 'notebook:move-cell-up' },
  { label: '↓', title: 'Move this cell down (Ctrl+Shift+↓)', command: 'notebook:move-cell-down' },
  { label: 'Delete', title: 'Delete this cell (D, D)', command: 'notebook:delete-cell' },
];

/**
 * The top of a cell: a toolbar that is there while the pointer or the focus is, and for an
 * exercise the head of its card.
 */
export class CellHeader extends Widget implements ICellHeader {
  constructor(commands: CommandRegistry, makeCardHead: (exercise: string) => Widget) {
    super();
    this.#commands = commands;
    this.#makeCardHead = makeCardHead;
    this.addClass('lectern-CellHeader');
    this.layout = new PanelLayout();
  }

  protected override onAfterAttach(_message: Message): void {
    const cell = cellOf(this);
    if (!cell) return;
    cell.model.metadataChanged.connect(this.drawCard, this);
    this.drawCard();
    // Most of a chapter's cells are only read: their toolbars are made when they are asked for.
    const make = () => this.makeToolbar();
    cell.node.addEventListener('pointerenter', make, { once: true });
    cell.node.addEventListener('focusin', make, { once: true });
  }

  protected override onBeforeDetach(_message: Message): void {
    const model = cellOf(this)?.model;
    if (model && !model.isDisposed) model.metadataChanged.disconnect(this.drawCard, this);
  }

  private drawCard(): void {
    const cell = cellOf(this);
    if (!cell) return;
    const exercise = exerciseOf(cell);
    cell.toggleClass('lectern-mod-exercise', exercise !== null);
    if (exercise === this.#exercise) return;
    this.#exercise = exercise;
    this.#card?.dispose();
    this.#card = exercise === null ? null : this.#makeCardHead(exercise);
    if (this.#card) (this.layout as PanelLayout).addWidget(this.#card);
    if (exercise) cell.node.dataset.exercise = exercise;
    else delete cell.node.dataset.exercise;
  }

  private makeToolbar(): void {
    const cell = cellOf(this);
    if (!cell || this.node.querySelector('.lectern-CellTools')) return;
    const bar = document.createElement('div');
    bar.className = 'lectern-CellTools';
    bar.setAttribute('role', 'group');
    bar.setAttribute('aria-label', 'This cell');
    for (const { label, title, command, only } of actions) {
      if (only && only !== cell.model.type) continue;
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = label;
      button.title = title;
      button.setAttribute('aria-label', title);
      button.tabIndex = -1;
      button.addEventListener('click', (event) => {
        event.stopPropagation();
        this.run(command);
      });
      bar.append(button);
    }
    this.node.prepend(bar);
  }

  /** The notebook's commands work on its active cell. */
  private run(command: string): void {
    const cell = cellOf(this);
    const notebook = panelOf(this)?.content;
    if (!cell || !notebook) return;
    notebook.deselectAll();
    // In edit mode a text cell that becomes active turns into its source.
    notebook.mode = 'command';
    notebook.activeCellIndex = notebook.widgets.indexOf(cell);
    void this.#commands.execute(command);
  }

  #exercise: string | null = null;
  #card: Widget | null = null;
  readonly #commands: CommandRegistry;
  readonly #makeCardHead: (exercise: string) => Widget;
}
