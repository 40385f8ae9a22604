import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { type ISignal, Signal } from '@lumino/signaling';
import { api } from '../course/api.ts';
import type { Heading } from './outline.ts';

const QUIET_MS = 1500;
/** Within this time the rest of a chapter has come into the page. */
const HOLD_MS = 5000;
/** How far below the top of the page a cell counts as the one being read, in pixels. */
const READING_LINE = 120;

/** Where in a chapter the reader is: kept on the server, so that *continue* leads back there. */
export class Position {
  constructor(chapter: string, panel: NotebookPanel) {
    this.#chapter = chapter;
    this.#panel = panel;
    panel.content.outerNode.addEventListener('scroll', this.#onScroll, { passive: true });
    panel.content.activeCellChanged.connect(() => this.look());
    panel.disposed.connect(() => window.clearTimeout(this.#timer));
  }

  /** The cell at the reading line. */
  get cellId(): string | null {
    return this.#cellId;
  }

  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  /** The heading under which the reader is, as an index into `headings`. */
  section(headings: readonly Heading[]): number {
    const cells = this.#panel.content.widgets;
    const here = cells.findIndex(({ model }) => model.id === this.#cellId);
    const order = new Map(cells.map(({ model }, index) => [model.id, index]));
    return headings.findLastIndex(({ cellId }) => (order.get(cellId) ?? Number.MAX_VALUE) <= here);
  }

  /** Scrolls to a cell, or to a heading in it, as soon as it is in the page. */
  async reveal(cellId: string, heading?: number, smooth = false): Promise<void> {
    const notebook = this.#panel.content;
    const index = notebook.widgets.findIndex(({ model }) => model.id === cellId);
    const cell = notebook.widgets[index];
    if (!cell) return;
    // In edit mode a text cell that becomes active turns into its source.
    notebook.mode = 'command';
    notebook.activeCellIndex = index;
    await cell.ready;
    if (this.#panel.isDisposed) return;
    const inside = heading === undefined ? null : headingsIn(cell)[heading];
    const behavior = smooth && !calm() ? 'smooth' : 'instant';
    (inside ?? cell.node).scrollIntoView({ block: 'start', behavior });
  }

  /** {@link reveal}, for one who asked for it: the keys then work on that cell. */
  async visit(cellId: string, heading?: number): Promise<void> {
    await this.reveal(cellId, heading, true);
    if (!this.#panel.isDisposed) this.#panel.content.activate();
  }

  /**
   * Back to where the reader was. Charts and formulas above still come and go for a while: the cell
   * is held in its place until the reader moves.
   */
  async restore(cellId: string): Promise<void> {
    await this.reveal(cellId);
    const { outerNode, viewportNode, widgets } = this.#panel.content;
    const cell = widgets.find(({ model }) => model.id === cellId);
    if (!cell) return;
    let top = outerNode.scrollTop;
    const hold = new ResizeObserver(() => {
      if (Math.abs(outerNode.scrollTop - top) > 2) hold.disconnect();
      else cell.node.scrollIntoView({ block: 'start' });
      top = outerNode.scrollTop;
    });
    const release = () => hold.disconnect();
    for (const event of ['wheel', 'touchstart', 'pointerdown', 'keydown']) {
      outerNode.addEventListener(event, release, { once: true, passive: true });
    }
    window.setTimeout(release, HOLD_MS);
    hold.observe(viewportNode);
  }

  /** From now on where the page stands is where the reader is. */
  follow(): void {
    this.#following = true;
    this.look();
  }

  private look(): void {
    const cell = this.cellAtReadingLine();
    if (!cell || cell.model.id === this.#cellId) return;
    this.#cellId = cell.model.id;
    this.#changed.emit();
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.record(), QUIET_MS);
  }

  private cellAtReadingLine(): Cell | undefined {
    if (!this.#following || !this.#panel.isVisible) return undefined;
    const { outerNode, widgets: cells } = this.#panel.content;
    const line = outerNode.getBoundingClientRect().top + READING_LINE;
    const read = ({ isAttached, node }: Cell) =>
      isAttached && node.getBoundingClientRect().top <= line;
    return cells.findLast(read) ?? cells[0];
  }

  private record(): void {
    if (this.#cellId === null) return;
    const position = { chapter: this.#chapter, cellId: this.#cellId };
    // A lost position is no loss worth a message.
    api.position(position).catch(() => undefined);
  }

  readonly #onScroll = () => {
    if (this.#frame) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.look();
    });
  };

  #following = false;
  #cellId: string | null = null;
  #timer = 0;
  #frame = 0;
  readonly #chapter: string;
  readonly #panel: NotebookPanel;
  readonly #changed = new Signal<this, void>(this);
}

const headingsIn = (cell: Cell) => [...cell.node.querySelectorAll('h1, h2, h3, h4, h5, h6')];
const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;
