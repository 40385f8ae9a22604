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
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const data = model.data[this.#mimeType];
    this.#spec = (typeof data === 'string' ? JSON.parse(data) : data) as Spec;
    await this.draw();
  }

  override dispose(): void {
    this.#themes.changed.disconnect(this.redraw, this);
    this.#result?.finalize();
    super.dispose();
  }

  private redraw(): void {
    void this.draw();
  }

  private async draw(): Promise<void> {
    const spec = this.#spec;
    if (!spec) return;
    const [{ default: embed }, { expressionInterpreter }] = await Promise.all([
      import('vega-embed'),
      import('vega-interpreter'),
    ]);
    if (this.isDisposed) return;
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
    this.#result = await embed(place, prepared(spec, lite) as VisualizationSpec, options);
  }

  #spec: Spec | null = null;
  #result: Result | null = null;
  readonly #mimeType: string;
  readonly #themes: IThemes;
}

/** A copy that fills the column where the author set no width, and names no other version. */
function prepared(spec: Spec, lite: boolean): Spec {
  const { $schema: _, ...copy } = structuredClone(spec);
  const single = 'mark' in copy || 'layer' in copy;
  if (lite && single && copy.width === undefined) {
    copy.width = 'container';
    copy.autosize ??= { type: 'fit', contains: 'padding' };
  }
  return copy;
}

export const vegaFactory = (themes: IThemes): IRenderMime.IRendererFactory => ({
  safe: true,
  mimeTypes: [...LITE, ...FULL],
  defaultRank: 20,
  createRenderer: (options) => new RenderedChart(options, themes),
});
