import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { KernelSpec, KernelSpecs } from './specs.ts';

const NAME = /^[a-z0-9._-]+$/i;

/**
 * Where Jupyter keeps its data, most particular first: `JUPYTER_PATH`, the user's own directory, the
 * active Python environment, the system's.
 */
export function jupyterPath(env: NodeJS.ProcessEnv = process.env): string[] {
  const given = (env.JUPYTER_PATH ?? '').split(path.delimiter);
  const environments = [env.VIRTUAL_ENV, env.CONDA_PREFIX].map(
    (prefix) => prefix && path.join(prefix, 'share/jupyter'),
  );
  const all = [
    ...given,
    env.JUPYTER_DATA_DIR || userDirectory(env),
    ...environments,
    ...system(env),
  ];
  return all.filter((directory): directory is string => Boolean(directory));
}

function userDirectory(env: NodeJS.ProcessEnv): string {
  const home = env.HOME ?? os.homedir();
  if (process.platform === 'darwin') return path.join(home, 'Library/Jupyter');
  if (process.platform === 'win32') return path.join(env.APPDATA ?? home, 'jupyter');
  return path.join(env.XDG_DATA_HOME || path.join(home, '.local/share'), 'jupyter');
}

function system(env: NodeJS.ProcessEnv): string[] {
  if (process.platform === 'win32') return env.PROGRAMDATA ? [`${env.PROGRAMDATA}\\jupyter`] : [];
  return ['/usr/local/share/jupyter', '/usr/share/jupyter'];
}

/** Every `kernels/<name>/kernel.json` that can be used; the first of a name wins. */
export async function installedKernelspecs(directories: string[]): Promise<KernelSpecs> {
  const found: KernelSpecs = {};
  for (const directory of directories) {
    const kernels = path.join(directory, 'kernels');
    for (const entry of (await fs.readdir(kernels).catch(() => [])).sort()) {
      const name = entry.toLowerCase();
      if (!NAME.test(name) || Object.hasOwn(found, name)) continue;
      const resourceDir = path.join(kernels, entry);
      const spec = await readSpec(resourceDir);
      if (spec) found[name] = { name, spec, resourceDir };
    }
  }
  return found;
}

/** Null where there is no `kernel.json`, or none that tells how to start a kernel. */
async function readSpec(resourceDir: string): Promise<KernelSpec | null> {
  try {
    const text = await fs.readFile(path.join(resourceDir, 'kernel.json'), 'utf8');
    const { argv, display_name, language, interrupt_mode, env, metadata } = JSON.parse(text);
    const usable = Array.isArray(argv) && argv.length > 0 && argv.every(isText);
    if (!usable || !isText(display_name)) return null;
    // `<prefix>/share/jupyter/kernels/<name>`
    const prefix = path.resolve(resourceDir, '../../../..');
    return {
      argv: await Promise.all(
        argv.map((part: string, index: number) => {
          const filled = part.replaceAll('{prefix}', prefix);
          return index === 0 ? ofEnvironment(filled, prefix) : filled;
        }),
      ),
      display_name,
      language: isText(language) ? language : '',
      interrupt_mode: interrupt_mode === 'message' ? 'message' : 'signal',
      env: Object.fromEntries(
        Object.entries(env ?? {}).map(([key, value]) => [key, expanded(String(value))]),
      ),
      metadata: metadata ?? {},
    };
  } catch {
    return null;
  }
}

/** `python` without a path means the Python of the environment that the kernel is installed in. */
async function ofEnvironment(command: string, prefix: string): Promise<string> {
  if (!/^python[\d.]*$/.test(command)) return command;
  const own = path.join(prefix, process.platform === 'win32' ? 'python.exe' : `bin/${command}`);
  return fs.access(own).then(
    () => own,
    () => command,
  );
}

/** `${NAME}` stands for a variable of the server's environment. */
function expanded(value: string): string {
  return value.replace(/\$\{(\w+)\}/g, (all, name) => process.env[name] ?? all);
}

/** The files that a client may fetch: logos, and what old notebooks load beside a kernel. */
export async function resourcesOf(resourceDir: string): Promise<string[]> {
  const names = await fs.readdir(resourceDir).catch(() => []);
  return names.filter((name) => /^(?:kernel\.(?:js|css)|logo-[\w.-]+)$/.test(name)).sort();
}

const isText = (value: unknown): value is string => typeof value === 'string';
