import { RenderedCommon, renderText } from '@jupyterlab/rendermime';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';

type ErrorOutput = { ename?: string; evalue?: string; traceback?: string[] };

/** An error of a cell: what happened in words of its own line, then where. */
class RenderedFailure extends RenderedCommon {
  async render(model: IRenderMime.IMimeModel): Promise<void> {
    const { ename, evalue, traceback } = model.data[this.mimeType] as ErrorOutput;
    const title = document.createElement('p');
    title.className = 'lectern-Failure-title';
    const name = document.createElement('strong');
    name.textContent = ename ?? 'Error';
    title.append(name, evalue ? `: ${evalue}` : '');
    const place = document.createElement('div');
    const source = traceback?.join('\n') ?? '';
    await renderText({ host: place, sanitizer: this.sanitizer, source });
    this.addClass('lectern-Failure');
    this.addClass('jp-RenderedText');
    // The first line of a trace mostly repeats the message; then the trace says it all.
    const repeats = evalue !== undefined && (place.textContent ?? '').includes(evalue.trim());
    this.node.replaceChildren(...(repeats ? [place] : [title, place]));
  }
}

export const errorFactory: IRenderMime.IRendererFactory = {
  safe: true,
  mimeTypes: ['application/vnd.jupyter.error'],
  defaultRank: 10,
  createRenderer: (options) => new RenderedFailure(options),
};
