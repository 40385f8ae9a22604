import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import {
  type ISchemaValidator,
  ISettingConnector,
  ISettingRegistry,
  SettingRegistry,
} from '@jupyterlab/settingregistry';
import { DataConnector } from '@jupyterlab/statedb';
import json5 from 'json5';
import { preferences, schemas } from './schemas.ts';

const KEY = 'lectern:settings:';
const EPOCH = new Date(0).toISOString();

type Listed = { ids: string[]; values: ISettingRegistry.IPlugin[] };

/** Schemas come with the page, a reader's changes stay in the browser: no server is asked. */
class LocalSettings
  extends DataConnector<ISettingRegistry.IPlugin, string>
  implements ISettingConnector
{
  override async fetch(id: string): Promise<ISettingRegistry.IPlugin | undefined> {
    return schemas[id] ? plugin(id) : undefined;
  }

  override async list(): Promise<Listed> {
    const ids = Object.keys(schemas);
    return { ids, values: ids.map(plugin) };
  }

  override async save(id: string, raw: string): Promise<void> {
    localStorage.setItem(KEY + id, raw);
  }
}

function plugin(id: string): ISettingRegistry.IPlugin {
  const now = { created: EPOCH, last_modified: EPOCH };
  const made = {
    id,
    // The registry writes into schemas while it merges shortcuts.
    schema: structuredClone(schemas[id]) as ISettingRegistry.ISchema,
    version: '0',
    raw: localStorage.getItem(KEY + id) ?? '{}',
    data: { composite: {}, user: {} },
    ...now,
  };
  return made as ISettingRegistry.IPlugin;
}

function defaults(schema: ISettingRegistry.ISchema): Record<string, unknown> {
  const entries = Object.entries(schema.properties ?? {});
  const set = entries.filter(([, property]) => property.default !== undefined);
  return Object.fromEntries(set.map(([name, property]) => [name, property.default]));
}

/**
 * Fills in defaults without checking them. JupyterLab's own validator (Ajv) compiles code while
 * the page runs, which would need CSP `unsafe-eval`; our schemas come with the build.
 */
class FillingValidator implements ISchemaValidator {
  validateData(made: ISettingRegistry.IPlugin, populate = true): ISchemaValidator.IError[] | null {
    try {
      const user = json5.parse(made.raw) as ISettingRegistry.ISettingBundle['user'];
      if (populate) {
        const composite = { ...defaults(made.schema), ...preferences[made.id], ...user };
        made.data = { user, composite: composite as ISettingRegistry.ISettingBundle['composite'] };
      }
      return null;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return [{ keyword: 'syntax', message, schemaPath: '', instancePath: '' }];
    }
  }
}

const connector: JupyterFrontEndPlugin<ISettingConnector> = {
  id: 'lectern:setting-connector',
  description: 'Keeps settings in the browser.',
  autoStart: true,
  provides: ISettingConnector,
  activate: () => new LocalSettings(),
};

const registry: JupyterFrontEndPlugin<ISettingRegistry> = {
  id: 'lectern:settings',
  description: 'The settings of the stock plugins.',
  autoStart: true,
  provides: ISettingRegistry,
  requires: [ISettingConnector],
  activate: async (app, source: LocalSettings) => {
    const { values } = await source.list();
    const plugins = values.filter(({ id }) => app.hasPlugin(id));
    return new SettingRegistry({ connector: source, validator: new FillingValidator(), plugins });
  },
};

export const settingsPlugins = [connector, registry];
