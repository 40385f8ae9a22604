import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ISanitizer } from '@jupyterlab/apputils';
import {
  errorRendererFactory,
  ILatexTypesetter,
  IMarkdownParser,
  IRenderMimeRegistry,
  imageRendererFactory,
  latexRendererFactory,
  RenderMimeRegistry,
  textRendererFactory,
} from '@jupyterlab/rendermime';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { IThemes } from '../platform/theme.ts';
import { errorFactory } from './error.ts';
import { htmlFactory, scriptFactory, svgFactory } from './html.ts';
import { proseFactory } from './prose.ts';
import { scrubbing } from './scrub.ts';
import { vegaFactory } from './vega.ts';

/** The command that a link to a file of the course runs: `{ path, href }`. */
export const OPEN_PATH = 'lectern:open-path';

/**
 * Nothing that a notebook shows runs script in the page, whether the notebook is trusted or not:
 * a renderer is never told that it may.
 */
function distrust(factory: IRenderMime.IRendererFactory): IRenderMime.IRendererFactory {
  return {
    ...factory,
    safe: true,
    createRenderer: (options) => {
      const renderer = factory.createRenderer({ ...options, trustHandler: null });
      const render = renderer.renderModel.bind(renderer);
      renderer.renderModel = (model) =>
        render({
          trusted: false,
          data: model.data,
          metadata: model.metadata,
          setData: (change) => model.setData(change),
        });
      return renderer;
    },
  };
}

/** A trace names files of this machine; asking the server for each would only fail. */
const unlinkedErrors: IRenderMime.IRendererFactory = {
  ...errorRendererFactory,
  createRenderer: (options) => errorRendererFactory.createRenderer({ ...options, resolver: null }),
};

export const rendermimePlugin: JupyterFrontEndPlugin<IRenderMimeRegistry> = {
  id: 'lectern:rendermime',
  description: 'How cells and outputs are drawn.',
  autoStart: true,
  provides: IRenderMimeRegistry,
  requires: [IThemes],
  optional: [ILatexTypesetter, ISanitizer, IMarkdownParser],
  activate: (
    app,
    themes: IThemes,
    latexTypesetter: ILatexTypesetter | null,
    sanitizer: IRenderMime.ISanitizer | null,
    markdownParser: IMarkdownParser | null,
  ) => {
    const factories = [
      vegaFactory(themes),
      errorFactory,
      htmlFactory,
      proseFactory,
      latexRendererFactory,
      svgFactory,
      imageRendererFactory,
      scriptFactory,
      unlinkedErrors,
      textRendererFactory,
    ];
    const open = (node: HTMLElement, path: string) => {
      if (node.hasAttribute('download')) return;
      node.addEventListener('click', (event) => {
        event.preventDefault();
        const href = node instanceof HTMLAnchorElement ? node.href : '';
        void app.commands.execute(OPEN_PATH, { path, href });
      });
    };
    return new RenderMimeRegistry({
      initialFactories: factories.map(distrust),
      linkHandler: { handleLink: open },
      ...(latexTypesetter && { latexTypesetter }),
      ...(sanitizer && { sanitizer: scrubbing(sanitizer) }),
      ...(markdownParser && { markdownParser }),
    });
  },
};
