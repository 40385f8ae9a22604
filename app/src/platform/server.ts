import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { PageConfig } from '@jupyterlab/coreutils';
import {
  type Contents,
  Drive,
  IDefaultDrive,
  IServerSettings,
  ServerConnection,
} from '@jupyterlab/services';

/** Shows the server that a request comes from its own page, which no other page can read. */
export const csrfHeader = (): [name: string, value: string] => [
  'X-XSRFToken',
  PageConfig.getOption('csrfToken'),
];

const settings: JupyterFrontEndPlugin<ServerConnection.ISettings> = {
  id: 'lectern:server-settings',
  description: 'How the page talks to its server.',
  autoStart: true,
  provides: IServerSettings,
  activate: () =>
    ServerConnection.makeSettings({
      fetch: (request: RequestInfo | URL, init?: RequestInit) => {
        if (request instanceof Request) request.headers.set(...csrfHeader());
        return fetch(request, init);
      },
    }),
};

/**
 * JupyterLab compares a file with what it loaded, then saves; a save from elsewhere between the two
 * would be lost. So each save names the version that it replaces, and the server compares again.
 */
class CarefulDrive extends Drive {
  override async get(path: string, options?: Contents.IFetchOptions): Promise<Contents.IModel> {
    const model = await super.get(path, options);
    if (!model.hash) return model;
    const own = this.#justSaved.get(path);
    this.#justSaved.delete(path);
    // JupyterLab asks for the hash after saving and takes it for its own, whoever saved meanwhile.
    if (own) return { ...model, hash: own };
    this.#known.set(path, model.hash);
    return model;
  }

  override async save(
    path: string,
    options: Partial<Contents.IModel> = {},
  ): Promise<Contents.IModel> {
    const expected = this.#known.get(path);
    const stated = expected ? { ...options, expected_hash: expected } : options;
    const model = await super.save(path, stated);
    if (model.hash) {
      this.#known.set(path, model.hash);
      this.#justSaved.set(path, model.hash);
    }
    return model;
  }

  override async rename(from: string, to: string): Promise<Contents.IModel> {
    const model = await super.rename(from, to);
    const known = this.#known.get(from);
    if (known) this.#known.set(to, known);
    this.#known.delete(from);
    return model;
  }

  readonly #known = new Map<string, string>();
  readonly #justSaved = new Map<string, string>();
}

const drive: JupyterFrontEndPlugin<Contents.IDrive> = {
  id: 'lectern:drive',
  description: 'Files, of which no version is overwritten unseen.',
  autoStart: true,
  provides: IDefaultDrive,
  requires: [IServerSettings],
  activate: (_app, serverSettings: ServerConnection.ISettings) =>
    new CarefulDrive({ serverSettings }),
};

export const serverPlugins = [settings, drive];
