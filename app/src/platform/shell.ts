import type { JupyterFrontEnd } from '@jupyterlab/application';
import { type DocumentRegistry, DocumentWidget } from '@jupyterlab/docregistry';
import { MessageLoop } from '@lumino/messaging';
import { type ISignal, Signal } from '@lumino/signaling';
import { type FocusTracker, PanelLayout, Widget } from '@lumino/widgets';

type CurrentChange = FocusTracker.IChangedArgs<Widget>;
type AreaName = 'top' | 'left' | 'main';

const COLLAPSED = 'lectern:rail-collapsed';
const NARROW = matchMedia('(max-width: 899px)');

/** One area of the page: an element that stacks the widgets in it. */
class Area extends Widget {
  constructor(tag: 'header' | 'nav' | 'main', name: AreaName, label: string) {
    super({ node: document.createElement(tag) });
    this.layout = new PanelLayout();
    this.addClass(`lectern-Area-${name}`);
    this.id = `lectern-${name}`;
    this.node.setAttribute('aria-label', label);
  }

  override get layout(): PanelLayout {
    return super.layout as PanelLayout;
  }

  override set layout(value: PanelLayout) {
    super.layout = value;
  }
}

/**
 * The page: a title bar, the rail at the left, and one thing at a time in the middle.
 * Below 900 px the rail is a drawer over the page.
 */
export class LecternShell extends Widget implements JupyterFrontEnd.IShell {
  constructor() {
    super();
    this.id = 'lectern-shell';
    this.addClass('lectern-Shell');
    const layout = new PanelLayout();
    this.layout = layout;
    this.node.append(skipLink(), this.#veil);
    for (const area of Object.values(this.#areas)) layout.addWidget(area);
    this.#areas.main.node.tabIndex = -1;
    this.#veil.className = 'lectern-Veil';
    this.#veil.addEventListener('click', () => this.closeDrawer());
    this.node.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && this.drawerOpen) this.closeDrawer();
    });
    NARROW.addEventListener('change', () => this.drawRail());
    window.addEventListener('resize', () => this.measure());
    this.drawRail();
  }

  get currentWidget(): Widget | null {
    return this.#current;
  }

  get currentChanged(): ISignal<JupyterFrontEnd.IShell, CurrentChange> {
    return this.#currentChanged;
  }

  /** Emitted when the rail is shown, hidden or becomes a drawer. */
  get railChanged(): ISignal<this, void> {
    return this.#railChanged;
  }

  get railVisible(): boolean {
    return NARROW.matches ? this.#drawerOpen : localStorage.getItem(COLLAPSED) !== 'yes';
  }

  get drawerOpen(): boolean {
    return NARROW.matches && this.#drawerOpen;
  }

  toggleRail(): void {
    if (NARROW.matches) this.#drawerOpen = !this.#drawerOpen;
    else localStorage.setItem(COLLAPSED, this.railVisible ? 'yes' : 'no');
    this.drawRail();
    if (this.drawerOpen) this.#areas.left.node.querySelector<HTMLElement>('a, button')?.focus();
  }

  closeDrawer(): void {
    if (!this.#drawerOpen) return;
    this.#drawerOpen = false;
    this.drawRail();
    this.#areas.top.node.querySelector<HTMLElement>('[data-testid=toggle-rail]')?.focus();
  }

  /** Shows one widget of the middle; the others stay alive, hidden. */
  activateById(id: string): void {
    const main = [...this.widgets('main')];
    const wanted = main.find((widget) => widget.id === id);
    if (!wanted) return;
    for (const widget of main) widget.setHidden(widget !== wanted);
    this.setCurrent(wanted);
    wanted.activate();
  }

  add(widget: Widget, area = 'main', options?: DocumentRegistry.IOpenOptions): void {
    const name: AreaName = area === 'left' || area === 'top' ? area : 'main';
    this.#areas[name].layout.addWidget(widget);
    if (name !== 'main') return;
    // JupyterLab's own shell marks what Ctrl+F may search.
    widget.toggleClass('jp-mod-searchable', widget instanceof DocumentWidget);
    widget.disposed.connect(() => {
      if (this.#current === widget) this.setCurrent(null);
    });
    if (options?.activate === false) widget.hide();
    else this.activateById(widget.id);
  }

  *widgets(area?: string): IterableIterator<Widget> {
    const names = Object.keys(this.#areas) as AreaName[];
    for (const name of names) {
      if (area === undefined || area === name) yield* this.#areas[name].layout.widgets;
    }
  }

  private setCurrent(widget: Widget | null): void {
    const oldValue = this.#current;
    if (oldValue === widget) return;
    this.#current = widget;
    this.#currentChanged.emit({ oldValue, newValue: widget });
  }

  private drawRail(): void {
    const visible = this.railVisible;
    this.toggleClass('lectern-mod-rail', visible);
    this.toggleClass('lectern-mod-drawer', NARROW.matches);
    this.#areas.left.setHidden(!visible);
    this.#railChanged.emit();
    // Charts that fill the column listen to the window; Lumino's layouts listen to us.
    window.dispatchEvent(new Event('resize'));
  }

  /** Lumino's layouts inside the areas measure themselves when told to. */
  private measure(): void {
    if (this.isAttached) MessageLoop.sendMessage(this, Widget.ResizeMessage.UnknownSize);
  }

  #current: Widget | null = null;
  #drawerOpen = false;
  readonly #veil = document.createElement('div');
  readonly #areas: Record<AreaName, Area> = {
    top: new Area('header', 'top', 'Title bar'),
    left: new Area('nav', 'left', 'Course'),
    main: new Area('main', 'main', 'Page'),
  };
  readonly #currentChanged = new Signal<JupyterFrontEnd.IShell, CurrentChange>(this);
  readonly #railChanged = new Signal<this, void>(this);
}

function skipLink(): HTMLAnchorElement {
  const link = document.createElement('a');
  link.className = 'lectern-SkipLink';
  link.href = '#lectern-main';
  link.textContent = 'Skip to the page';
  link.addEventListener('click', (event) => {
    event.preventDefault();
    document.getElementById('lectern-main')?.focus();
  });
  return link;
}
