import path from 'node:path';
import type { INotebookContent } from '@jupyterlab/nbformat';
import { Command } from 'commander';
import { badRequest, doesNotHold } from '../errors.ts';
import { readNotebook, requireWritable, withSources, writeNotebook } from '../notebook.ts';
import { friendlyPath } from '../root.ts';
import { solutionCell } from './solve.ts';

interface RunOptions {
  kernel: string;
  solutions?: boolean;
  output?: string;
}

async function runOne(file: string, options: RunOptions): Promise<void> {
  const template = readNotebook(file);
  const notebook: INotebookContent = options.solutions
    ? withSources(template, solutionCell)
    : template;
  const name = friendlyPath(path.resolve(file));
  process.stderr.write(`${name} (${options.kernel})\n`);
  const { runNotebook } = await import('../run-notebook.ts');
  const result = await runNotebook(notebook, {
    kernel: options.kernel,
    directory: path.dirname(path.resolve(file)),
    onCell: ({ id, ms }) => process.stderr.write(`  ${String(id).padEnd(40)} ${ms} ms\n`),
  });
  if (options.output) writeNotebook(options.output, result.notebook);
  if (result.failure) {
    const { cell, ename, evalue } = result.failure;
    throw doesNotHold(`${name}: cell ${cell}: ${ename}: ${evalue}`);
  }
  process.stdout.write(`${name}: ${result.cells} cells in ${(result.ms / 1000).toFixed(1)} s\n`);
}

export const runCommand = (): Command =>
  new Command('run')
    .description('run notebooks top to bottom over the Jupyter protocol')
    .argument('<notebook...>', 'notebook files; each runs in a kernel of its own')
    .option('--kernel <name>', 'typescript (ours) or tslab', 'typescript')
    .option('--solutions', 'with the reference solutions in the exercise cells')
    .option('--output <file>', 'write the notebook with its outputs (one notebook only)')
    .action(async (files: string[], options: RunOptions) => {
      if (options.output && files.length > 1) throw badRequest('--output takes one notebook.');
      if (options.output) requireWritable(options.output);
      for (const file of files) await runOne(file, options);
    });
