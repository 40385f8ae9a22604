import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { PageConfig } from '@jupyterlab/coreutils';
import { Token } from '@lumino/coreutils';
import { type ISignal, Signal } from '@lumino/signaling';
import { parseRoute, type Route, routePath } from './route.ts';

/** The page's address: the browser's back and forward move between home and chapters. */
export interface INavigation {
  readonly route: Route;
  readonly changed: ISignal<INavigation, Route>;
  go(route: Route): void;
  href(route: Route): string;
}

export const INavigation = new Token<INavigation>('lectern:INavigation', 'Where the reader is.');

class Navigation implements INavigation {
  constructor() {
    this.#base = new URL(PageConfig.getBaseUrl(), location.href).pathname;
    this.#route = parseRoute(location.pathname, this.#base);
    window.addEventListener('popstate', () => this.follow());
  }

  get route(): Route {
    return this.#route;
  }

  get changed(): ISignal<INavigation, Route> {
    return this.#changed;
  }

  href(route: Route): string {
    return routePath(route, this.#base);
  }

  go(route: Route): void {
    if (this.href(route) === this.href(this.#route)) return;
    history.pushState(null, '', this.href(route));
    this.follow();
  }

  private follow(): void {
    const route = parseRoute(location.pathname, this.#base);
    // A link inside the page changes the hash only.
    if (this.href(route) === this.href(this.#route)) return;
    this.#route = route;
    this.#changed.emit(route);
  }

  #route: Route;
  readonly #base: string;
  readonly #changed = new Signal<INavigation, Route>(this);
}

export const navigationPlugin: JupyterFrontEndPlugin<INavigation> = {
  id: 'lectern:navigation',
  description: "The page's address.",
  autoStart: true,
  provides: INavigation,
  activate: () => new Navigation(),
};
