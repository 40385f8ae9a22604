import './styles.ts';
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IServiceManager, type ServiceManager } from '@jupyterlab/services';
import { PluginRegistry } from '@lumino/coreutils';
import { chaptersPlugin } from './chapter/chapters.ts';
import { navigationPlugin } from './chapter/navigation.ts';
import { framePlugin, keysPlugin } from './chapter/plugin.ts';
import { storePlugin } from './course/store.ts';
import { checkerPlugin } from './exercises/checker.ts';
import { foldingPlugin } from './exercises/fold-statement.ts';
import { cardsPlugin, exercisesPlugin } from './exercises/plugin.ts';
import { languagePlugin } from './language/plugin.ts';
import { LecternApp } from './platform/application.ts';
import { essentialPlugins } from './platform/essentials.ts';
import { serverPlugins } from './platform/server.ts';
import { settingsPlugins } from './platform/settings.ts';
import { LecternShell } from './platform/shell.ts';
import { stockPlugins } from './platform/stock.ts';
import { themesPlugin } from './platform/theme.ts';
import { markdownPlugin } from './rendering/markdown.ts';
import { rendermimePlugin } from './rendering/registry.ts';

const ownPlugins = [
  ...serverPlugins,
  ...essentialPlugins,
  ...settingsPlugins,
  themesPlugin,
  markdownPlugin,
  rendermimePlugin,
  storePlugin,
  navigationPlugin,
  checkerPlugin,
  cardsPlugin,
  exercisesPlugin,
  foldingPlugin,
  chaptersPlugin,
  framePlugin,
  keysPlugin,
  languagePlugin,
] as JupyterFrontEndPlugin<unknown>[];

declare global {
  interface Window {
    /** For tests: the running application. */
    lecternApp?: LecternApp;
  }
}

async function main(): Promise<void> {
  const pluginRegistry = new PluginRegistry<LecternApp>();
  pluginRegistry.registerPlugins([...stockPlugins, ...ownPlugins] as never[]);
  const serviceManager = await pluginRegistry.resolveOptionalService(IServiceManager);
  const app = new LecternApp({
    shell: new LecternShell(),
    pluginRegistry: pluginRegistry as never,
    serviceManager: serviceManager as ServiceManager.IManager,
  });
  window.lecternApp = app;
  await app.start({ bubblingKeydown: true });
  document.getElementById('lectern-loading')?.remove();
}

void main();
