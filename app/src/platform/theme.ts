import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Token } from '@lumino/coreutils';
import { type ISignal, Signal } from '@lumino/signaling';
import {
  applyTheme,
  readChoice,
  type Theme,
  type ThemeChoice,
  writeChoice,
} from './theme-choice.ts';

/** The page's theme: chosen by the reader, kept between visits. */
export interface IThemes {
  readonly theme: Theme;
  readonly choice: ThemeChoice;
  readonly changed: ISignal<IThemes, Theme>;
  choose(choice: ThemeChoice): void;
}

export const IThemes = new Token<IThemes>('lectern:IThemes', 'The theme of the page.');

class Themes implements IThemes {
  constructor() {
    this.draw();
    for (const query of ['(prefers-color-scheme: dark)', '(prefers-contrast: more)']) {
      matchMedia(query).addEventListener('change', () => this.draw());
    }
    // Another tab of the course changed it.
    window.addEventListener('storage', () => this.draw());
  }

  get theme(): Theme {
    return this.#theme;
  }

  get choice(): ThemeChoice {
    return readChoice();
  }

  get changed(): ISignal<IThemes, Theme> {
    return this.#changed;
  }

  choose(choice: ThemeChoice): void {
    writeChoice(choice);
    this.draw();
  }

  private draw(): void {
    const theme = applyTheme(readChoice());
    // JupyterLab's renderers ask the body whether it is light.
    document.body.dataset.jpThemeLight = String(theme === 'light');
    document.body.dataset.jpThemeName = theme;
    if (theme === this.#theme) return;
    this.#theme = theme;
    this.#changed.emit(theme);
  }

  #theme: Theme = 'light';
  readonly #changed = new Signal<IThemes, Theme>(this);
}

export const themesPlugin: JupyterFrontEndPlugin<IThemes> = {
  id: 'lectern:themes',
  description: 'Light, dark and high-contrast themes.',
  autoStart: true,
  provides: IThemes,
  activate: () => new Themes(),
};
