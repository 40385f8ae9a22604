import type { ICellFooter } from '@jupyterlab/cells';
import type { Message } from '@lumino/messaging';
import { PanelLayout, Widget } from '@lumino/widgets';
import { cellOf, exerciseOf } from './finding.ts';

/** The foot of a cell: empty, or what an exercise's card ends with. */
export class CellFooter extends Widget implements ICellFooter {
  constructor(makeCardFoot: (exercise: string) => Widget) {
    super();
    this.#makeCardFoot = makeCardFoot;
    this.addClass('lectern-CellFooter');
    this.layout = new PanelLayout();
  }

  protected override onAfterAttach(_message: Message): void {
    cellOf(this)?.model.metadataChanged.connect(this.draw, this);
    this.draw();
  }

  protected override onBeforeDetach(_message: Message): void {
    const model = cellOf(this)?.model;
    if (model && !model.isDisposed) model.metadataChanged.disconnect(this.draw, this);
  }

  private draw(): void {
    const cell = cellOf(this);
    if (!cell) return;
    const exercise = exerciseOf(cell);
    this.setHidden(exercise === null);
    if (exercise === this.#exercise) return;
    this.#exercise = exercise;
    this.#foot?.dispose();
    this.#foot = exercise === null ? null : this.#makeCardFoot(exercise);
    if (this.#foot) (this.layout as PanelLayout).addWidget(this.#foot);
  }

  #exercise: string | null = null;
  #foot: Widget | null = null;
  readonly #makeCardFoot: (exercise: string) => Widget;
}
