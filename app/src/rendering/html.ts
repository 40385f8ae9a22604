import { RenderedHTML, RenderedSVG } from '@jupyterlab/rendermime';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { isActive } from './active.ts';
import { openSandbox } from './sandbox.ts';

/** HTML: sanitised in the page, or whole in a frame of its own where it would run scripts. */
class RenderedMarkup extends RenderedHTML {
  override async render(model: IRenderMime.IMimeModel): Promise<void> {
    this.#close?.();
    this.#close = null;
    const html = this.frameContent(String(model.data[this.mimeType] ?? ''));
    if (html === null) await super.render(model);
    else this.#close = openSandbox(this.node, html);
  }

  override dispose(): void {
    this.#close?.();
    super.dispose();
  }

  /** What to show in a frame, or null for the page. */
  protected frameContent(source: string): string | null {
    return isActive(source) ? source : null;
  }

  #close: (() => void) | null = null;
}

/** A script by itself: only ever in a frame. */
class RenderedScript extends RenderedMarkup {
  protected override frameContent(source: string): string {
    return `<script>${source.replace(/<\/script/gi, '<\\/script')}</script>`;
  }
}

/** An image element shows the SVG, and in an image nothing runs, whoever made it. */
class RenderedVectors extends RenderedSVG {
  override render(model: IRenderMime.IMimeModel): Promise<void> {
    const { data, metadata } = model;
    return super.render({ data, metadata, trusted: true, setData: () => undefined });
  }
}

export const htmlFactory: IRenderMime.IRendererFactory = {
  safe: true,
  mimeTypes: ['text/html'],
  defaultRank: 50,
  createRenderer: (options) => new RenderedMarkup(options),
};

export const svgFactory: IRenderMime.IRendererFactory = {
  safe: true,
  mimeTypes: ['image/svg+xml'],
  defaultRank: 80,
  createRenderer: (options) => new RenderedVectors(options),
};

export const scriptFactory: IRenderMime.IRendererFactory = {
  safe: true,
  mimeTypes: ['text/javascript', 'application/javascript'],
  defaultRank: 110,
  createRenderer: (options) => new RenderedScript(options),
};
