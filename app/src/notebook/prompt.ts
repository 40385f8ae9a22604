import { CodeCell, type IInputPrompt } from '@jupyterlab/cells';
import type { IOutputPrompt } from '@jupyterlab/outputarea';
import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { cellOf, panelOf } from './finding.ts';
import { type KernelEpoch, kernelEpoch } from './kernel-epoch.ts';
import { describeRun, type Timing } from './run-state.ts';

/**
 * What stands at the left of a code cell where Jupyter writes `[3]:`: what became of its last run,
 * in words, and a rule whose colour says the same.
 */
export class RunPrompt extends Widget implements IInputPrompt {
  constructor() {
    super();
    this.addClass('lectern-Prompt');
    this.node.setAttribute('role', 'status');
    this.node.append(this.#words);
  }

  /** JupyterLab sets it; the words come from the cell itself. */
  get executionCount(): string | null {
    return this.#count;
  }

  set executionCount(value: string | null) {
    this.#count = value;
    this.draw();
  }

  protected override onAfterAttach(_message: Message): void {
    const cell = cellOf(this);
    const panel = panelOf(this);
    if (!(cell instanceof CodeCell) || !panel) return;
    this.#cell = cell;
    this.#epoch = kernelEpoch(panel);
    cell.model.stateChanged.connect(this.draw, this);
    cell.model.metadataChanged.connect(this.draw, this);
    cell.model.outputs.changed.connect(this.draw, this);
    this.#epoch.changed.connect(this.draw, this);
    this.draw();
  }

  protected override onBeforeDetach(_message: Message): void {
    const model = this.#cell?.model;
    if (model && !model.isDisposed) {
      model.stateChanged.disconnect(this.draw, this);
      model.metadataChanged.disconnect(this.draw, this);
      model.outputs.changed.disconnect(this.draw, this);
    }
    this.#epoch?.changed.disconnect(this.draw, this);
    this.#cell = null;
    this.tick(false);
  }

  override dispose(): void {
    this.tick(false);
    super.dispose();
  }

  private draw(): void {
    const cell = this.#cell;
    if (!cell || cell.isDisposed || cell.model.isDisposed) return;
    const { model } = cell;
    const timing = (model.getMetadata('execution') ?? {}) as Timing;
    const outputs = Array.from({ length: model.outputs.length }, (_, i) => model.outputs.get(i));
    const errors = outputs.filter(({ type }) => type === 'error');
    const { state, words } = describeRun(
      {
        busy: model.executionState === 'running',
        timing,
        failed: errors.length > 0,
        stopped: errors.some((error) => error.toJSON().ename === 'KeyboardInterrupt'),
        edited: model.isDirty,
        hasRun: model.executionCount !== null,
        kernelSince: this.#epoch?.since ?? 0,
      },
      Date.now(),
    );
    if (this.#words.textContent !== words) this.#words.textContent = words;
    // A screen reader tells how a run ended, not every second of it.
    this.node.setAttribute('aria-live', state === 'running' ? 'off' : 'polite');
    cell.node.dataset.runState = state;
    this.tick(state === 'running');
  }

  /** While a cell runs its seconds are counted. */
  private tick(on: boolean): void {
    if (on && this.#timer === null) this.#timer = window.setInterval(() => this.draw(), 500);
    if (on || this.#timer === null) return;
    window.clearInterval(this.#timer);
    this.#timer = null;
  }

  #count: string | null = null;
  #cell: CodeCell | null = null;
  #epoch: KernelEpoch | null = null;
  #timer: number | null = null;
  readonly #words = document.createElement('span');
}

/** Output follows its code directly: nothing is written beside it. */
export class NoOutputPrompt extends Widget implements IOutputPrompt {
  executionCount: number | null = null;
}
