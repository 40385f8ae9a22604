import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import * as apputils from '@jupyterlab/apputils-extension';
import * as codemirror from '@jupyterlab/codemirror-extension';
import * as docmanager from '@jupyterlab/docmanager-extension';
import * as documentsearch from '@jupyterlab/documentsearch-extension';
import * as mathjax from '@jupyterlab/mathjax-extension';
import * as notebook from '@jupyterlab/notebook-extension';
import * as services from '@jupyterlab/services-extension';
import * as shortcuts from '@jupyterlab/shortcuts-extension';
import * as tooltip from '@jupyterlab/tooltip-extension';

type Plugin = JupyterFrontEndPlugin<unknown>;
/** An extension package's module: its default export is one plugin or several. */
type Extension = { default: unknown };

/** Which plugins of a stock package run here; a package that is not named runs whole. */
const kept: Readonly<Record<string, readonly string[]>> = {
  '@jupyterlab/apputils-extension': ['toolbar-registry', 'sanitizer', 'sessionDialogs'],
  '@jupyterlab/codemirror-extension': [
    'languages',
    'themes',
    'extensions',
    'services',
    'binding',
    'commands',
  ],
  '@jupyterlab/docmanager-extension': ['manager', 'plugin', 'contexts', 'opener', 'dialogs'],
  '@jupyterlab/documentsearch-extension': ['plugin'],
  '@jupyterlab/notebook-extension': [
    'cell-executor',
    'tracker',
    'widget-factory',
    'copy-output',
    'search',
  ],
  '@jupyterlab/tooltip-extension': ['manager', 'notebooks'],
};

const extensions: Extension[] = [
  services,
  apputils,
  codemirror,
  docmanager,
  documentsearch,
  mathjax,
  notebook,
  shortcuts,
  tooltip,
];

/** Those that `platform/server.ts` has in another way. */
const replaced = new Set([
  '@jupyterlab/services-extension:server-settings',
  '@jupyterlab/services-extension:default-drive',
]);

function isKept({ id }: Plugin): boolean {
  if (replaced.has(id)) return false;
  const [packageName = '', name = ''] = id.split(':');
  return kept[packageName]?.includes(name) ?? true;
}

/** JupyterLab's own plugins that the page stands on. */
export const stockPlugins: Plugin[] = extensions
  .flatMap((extension) => extension.default as Plugin | Plugin[])
  .filter(isKept);
