import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Widget } from '@lumino/widgets';
import type { EmbedOptions, Result, VisualizationSpec } from 'vega-embed';
import type { IThemes } from '../platform/theme.ts';
import { chartConfig } from './vega-theme.ts';

type Spec = Record<string, unknown>;

const LITE = ['application/vnd.vegalite.v6+json', 'application/vnd.vegalite.v5+json'];
const FULL = ['application/vnd.vega.v6+json', 'application/vnd.vega.v5+json'];

/**
 * Vega-Lite and Vega charts. JupyterLab's own renderer stops at version 5 and compiles expressions
 * with `eval`, which the page's CSP forbids; here they are interpreted.
 */
class RenderedChart extends Widget implements IRenderMime.IRenderer {
  constructor({ mimeType }: IRenderMime.IRendererOptions, themes: IThemes) {
    super();
    this.addClass('lectern-Chart');
    this.node.dataset.testid = 'chart';
    this.#mimeType = mimeType;
    this.#themes = themes;
    themes.changed.connect(this.redraw, this);
    this.#size.observe(this.node);
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const data = model.data[this.#mimeType];
    this.#spec = (typeof data === 'string' ? JSON.parse(data) : data) as Spec;
    await this.draw();
  }

  override dispose(): void {
    this.#themes.changed.disconnect(this.redraw, this);
    this.#size.disconnect();
    this.#result?.finalize();
    super.dispose();
  }

  private redraw(): void {
    void this.draw();
  }

  /** A chart wider than its place (a phone) is laid out anew for the width that there is. */
  private fitInto(room: number): void {
    if (room === 0 || this.#width === 0 || room < this.#width === this.#narrow) return;
    this.#narrow = !this.#narrow;
    void this.draw();
  }

  private async draw(): Promise<void> {
    const spec = this.#spec;
    if (!spec) return;
    this.#turn += 1;
    const turn = this.#turn;
    const [{ default: embed }, { expressionInterpreter }] = await Promise.all([
      import('vega-embed'),
      import('vega-interpreter'),
    ]);
    if (this.isDisposed || turn !== this.#turn) return;
    const lite = LITE.includes(this.#mimeType);
    const options: EmbedOptions = {
      mode: lite ? 'vega-lite' : 'vega',
      renderer: 'svg',
      actions: false,
      ast: true,
      expr: expressionInterpreter,
      config: chartConfig(getComputedStyle(document.body), this.#themes.theme !== 'dark'),
    };
    this.#result?.finalize();
    const place = document.createElement('div');
    this.node.replaceChildren(place);
    const chart = prepared(spec, lite);
    const shape = lite && this.#narrow ? narrowed(chart) : chart;
    this.#result = await embed(place, shape as VisualizationSpec, options);
    if (this.#narrow) return;
    this.#width = Number(place.querySelector('svg')?.getAttribute('width') ?? 0);
    this.fitInto(contentWidth(this.node));
  }

  #spec: Spec | null = null;
  #result: Result | null = null;
  /** As wide as its author wants it, in CSS pixels; 0 before it is known. */
  #width = 0;
  #narrow = false;
  #turn = 0;
  readonly #size = new ResizeObserver(() => this.fitInto(contentWidth(this.node)));
  readonly #mimeType: string;
  readonly #themes: IThemes;
}

function contentWidth(node: HTMLElement): number {
  const { paddingLeft, paddingRight } = getComputedStyle(node);
  const padding = Number.parseFloat(paddingLeft) + Number.parseFloat(paddingRight);
  return Math.max(0, node.clientWidth - (padding || 0));
}

const isSingle = (chart: Spec) => 'mark' in chart || 'layer' in chart;

/**
 * A copy that fills the column where the author set no width, and names no other version. What `usermeta` would tell
 * the embedder (menus, other sites' configuration) is for the page to say.
 */
function prepared(spec: Spec, lite: boolean): Spec {
  const { $schema: _, usermeta: _options, ...copy } = structuredClone(spec);
  if (lite && isSingle(copy) && copy.width === undefined) {
    copy.width = 'container';
    copy.autosize ??= { type: 'fit', contains: 'padding' };
  }
  return copy;
}

/** The same chart for a page narrower than its author thought of. */
function narrowed(chart: Spec): Spec {
  if (!isSingle(chart)) return chart;
  const config = (chart.config ?? {}) as Spec;
  return {
    ...chart,
    width: 'container',
    autosize: { type: 'fit', contains: 'padding' },
    config: { ...config, legend: { ...(config.legend as Spec), orient: 'bottom' } },
  };
}

export const vegaFactory = (themes: IThemes): IRenderMime.IRendererFactory => ({
  safe: true,
  mimeTypes: [...LITE, ...FULL],
  defaultRank: 20,
  createRenderer: (options) => new RenderedChart(options, themes),
});
