import type { ICellFooter, ICellHeader, IInputPrompt } from '@jupyterlab/cells';
import type { IEditorServices } from '@jupyterlab/codeeditor';
import { NotebookPanel } from '@jupyterlab/notebook';
import type { IOutputPrompt } from '@jupyterlab/outputarea';
import type { CommandRegistry } from '@lumino/commands';
import type { Widget } from '@lumino/widgets';
import { CellFooter } from './cell-footer.ts';
import { CellHeader } from './cell-header.ts';
import { NoOutputPrompt, RunPrompt } from './prompt.ts';

/** How the parts of an exercise's card are made; exercises/ knows. */
export interface ICardParts {
  head(exercise: string): Widget;
  foot(exercise: string): Widget;
}

/** The parts of a cell that differ from JupyterLab's. */
export class ContentFactory extends NotebookPanel.ContentFactory {
  constructor(editors: IEditorServices, commands: CommandRegistry, cards: ICardParts) {
    super({ editorFactory: editors.factoryService.newInlineEditor });
    this.#commands = commands;
    this.#cards = cards;
  }

  override createCellHeader(): ICellHeader {
    return new CellHeader(this.#commands, (exercise) => this.#cards.head(exercise));
  }

  override createCellFooter(): ICellFooter {
    return new CellFooter((exercise) => this.#cards.foot(exercise));
  }

  override createInputPrompt(): IInputPrompt {
    return new RunPrompt();
  }

  override createOutputPrompt(): IOutputPrompt {
    return new NoOutputPrompt();
  }

  readonly #commands: CommandRegistry;
  readonly #cards: ICardParts;
}
