import { RenderedMarkdown } from '@jupyterlab/rendermime';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { mountExplorables } from './explorables.ts';

/** Markdown whose explorable fences become touchable pictures. */
class RenderedProse extends RenderedMarkdown {
  override async render(model: IRenderMime.IMimeModel): Promise<void> {
    this.#unmount?.();
    this.#unmount = null;
    await super.render(model);
    if (this.isDisposed) return;
    const { path } = (this.resolver ?? {}) as { path?: string };
    this.#unmount = mountExplorables(this.node, path ?? '');
  }

  override dispose(): void {
    this.#unmount?.();
    super.dispose();
  }

  #unmount: (() => void) | null = null;
}

export const proseFactory: IRenderMime.IRendererFactory = {
  safe: true,
  mimeTypes: ['text/markdown'],
  defaultRank: 60,
  createRenderer: (options) => new RenderedProse(options),
};
