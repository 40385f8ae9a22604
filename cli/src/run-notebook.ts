import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { INotebookContent, IOutput } from '@jupyterlab/nbformat';
import {
  type Kernel,
  KernelAPI,
  KernelConnection,
  KernelSpecAPI,
  ServerConnection,
} from '@jupyterlab/services';
import { type RunningServer, StartError, startServer } from '@lectern/server';
import { badRequest } from './errors.ts';
import { sourceOf } from './notebook.ts';
import { root } from './root.ts';

export interface RunResult {
  /** The notebook with the outputs of this run. */
  notebook: INotebookContent;
  /** How many code cells ran. */
  cells: number;
  ms: number;
  /** The first cell that failed, by id and number. */
  failure?: { cell: string; ename: string; evalue: string };
}

interface RunOptions {
  kernel: string;
  /** The kernel's working directory; imports of local files start here. */
  directory: string;
  onCell?: (cell: { id: unknown; ms: number }) => void;
}

/** Messages that become outputs, in the form a notebook file keeps them. */
function asOutput(message: {
  header: { msg_type: string };
  content: unknown;
}): IOutput | undefined {
  const type = message.header.msg_type;
  if (!['stream', 'display_data', 'execute_result', 'error'].includes(type)) return undefined;
  const { transient: _, ...content } = message.content as Record<string, unknown>;
  return { output_type: type, ...content } as IOutput;
}

/** Joins a stream's consecutive pieces, as a notebook file does. */
function append(outputs: IOutput[], output: IOutput): void {
  const last = outputs.at(-1);
  if (
    output.output_type === 'stream' &&
    last?.output_type === 'stream' &&
    last.name === output.name
  ) {
    last.text = `${last.text}${output.text}`;
  } else {
    outputs.push(output);
  }
}

async function runCells(
  kernel: Kernel.IKernelConnection,
  notebook: INotebookContent,
  onCell: RunOptions['onCell'],
): Promise<RunResult> {
  const started = performance.now();
  const result: RunResult = { notebook: structuredClone(notebook), cells: 0, ms: 0 };
  for (const [index, cell] of result.notebook.cells.entries()) {
    if (cell.cell_type !== 'code') continue;
    const began = performance.now();
    const outputs: IOutput[] = [];
    const future = kernel.requestExecute({ code: sourceOf(cell), stop_on_error: true });
    future.onIOPub = (message) => {
      const output = asOutput(message);
      if (output) append(outputs, output);
    };
    const { content } = await future.done;
    cell.outputs = outputs;
    cell.execution_count = content.execution_count ?? null;
    result.cells += 1;
    onCell?.({ id: cell.id, ms: Math.round(performance.now() - began) });
    if (content.status !== 'ok') {
      const { ename = 'Aborted', evalue = '' } = content as { ename?: string; evalue?: string };
      result.failure = { cell: `${index + 1} (${String(cell.id)})`, ename, evalue };
      break;
    }
  }
  result.ms = performance.now() - started;
  return result;
}

/** tslab reports an error as text on stderr and answers "ok": look for its mark. */
function tslabFailure(notebook: INotebookContent): RunResult['failure'] {
  for (const [index, cell] of notebook.cells.entries()) {
    for (const output of (cell.outputs ?? []) as IOutput[]) {
      if (output.output_type !== 'stream' || output.name !== 'stderr') continue;
      const text = String(output.text).trim();
      if (text !== '') {
        return { cell: `${index + 1} (${String(cell.id)})`, ename: 'Error', evalue: text };
      }
    }
  }
  return undefined;
}

// @jupyterlab/services reports every socket it opens; on a command line that is noise.
console.debug = () => {};

/** How @jupyterlab/services reaches our server; also makes sure that the kernel exists. */
async function settingsFor(
  server: RunningServer,
  name: string,
): Promise<ServerConnection.ISettings> {
  const { origin, host } = new URL(server.url);
  const settings = ServerConnection.makeSettings({
    baseUrl: `${origin}/`,
    wsUrl: `ws://${host}/`,
    token: server.token,
    appendToken: true,
  });
  const { kernelspecs } = await KernelSpecAPI.getSpecs(settings);
  if (kernelspecs[name]) return settings;
  const known = Object.keys(kernelspecs).join(', ');
  throw badRequest(`There is no kernel named ${name}. There are: ${known}.`);
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A server for one run, whose own data are gone when it is closed. */
async function startIn(directory: string): Promise<RunningServer> {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'lectern-run-'));
  const removeData = (): void => rmSync(dataDir, { recursive: true, force: true });
  try {
    const options = { root, contentRoot: directory, dataDir, port: 0, warm: false };
    const server = await startServer(options);
    return { ...server, close: () => server.close().finally(removeData) };
  } catch (error) {
    removeData();
    if (!(error instanceof StartError) || error.code !== 'not-writable') throw error;
    throw badRequest(
      `Cannot write in ${directory}, where the kernel would work: copy the notebook to a folder of your own.`,
    );
  }
}

/** Runs a notebook's code cells in order in a fresh kernel, through our own server. */
export async function runNotebook(
  notebook: INotebookContent,
  { kernel: name, directory, onCell }: RunOptions,
): Promise<RunResult> {
  const server = await startIn(directory);
  const onSignal = (signal: NodeJS.Signals): void => {
    void server.close().then(() => process.exit(128 + os.constants.signals[signal]));
  };
  for (const signal of signals) process.once(signal, onSignal);
  try {
    const serverSettings = await settingsFor(server, name);
    const model = await KernelAPI.startNew({ name }, serverSettings);
    const kernel = new KernelConnection({ model, serverSettings });
    const result = await runCells(kernel, notebook, onCell);
    const failure = name === 'tslab' ? tslabFailure(result.notebook) : undefined;
    kernel.dispose();
    await KernelAPI.shutdownKernel(model.id, serverSettings);
    return failure && !result.failure ? { ...result, failure } : result;
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
    await server.close();
  }
}
