import { JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { PageConfig } from '@jupyterlab/coreutils';
import { IStateDB, StateDB } from '@jupyterlab/statedb';
import { ITranslator } from '@jupyterlab/translation';
import { words } from './words.ts';

// Services that JupyterLab's server would back; here they need none.

const paths: JupyterFrontEndPlugin<JupyterFrontEnd.IPaths> = {
  id: 'lectern:paths',
  description: 'Where the server stands.',
  autoStart: true,
  provides: JupyterFrontEnd.IPaths,
  activate: () => {
    const base = PageConfig.getBaseUrl();
    const none = { app: base, doc: base, static: '', settings: '', themes: '', translations: '' };
    const directories = {
      appSettings: '',
      schemas: '',
      static: '',
      templates: '',
      themes: '',
      userSettings: '',
      serverRoot: '',
      workspaces: '',
    };
    return { urls: { base, ...none }, directories };
  },
};

const translator: JupyterFrontEndPlugin<ITranslator> = {
  id: 'lectern:translator',
  description: 'The page speaks English.',
  autoStart: true,
  provides: ITranslator,
  activate: () => words,
};

const state: JupyterFrontEndPlugin<IStateDB> = {
  id: 'lectern:state',
  description: 'Window state, kept in memory: the course keeps what matters on the server.',
  autoStart: true,
  provides: IStateDB,
  activate: () => new StateDB(),
};

export const essentialPlugins = [paths, translator, state];
