import { CatalogueError } from '@lectern/grader/catalogue';
import { GraderError } from '@lectern/grader/client';
import { Command, CommanderError } from 'commander';
import { checkCommand } from './commands/check.ts';
import { doctorCommand } from './commands/doctor.ts';
import { gradeCommand } from './commands/grade.ts';
import { kernelspecCommand } from './commands/kernelspec.ts';
import { runCommand } from './commands/run.ts';
import { solveCommand } from './commands/solve.ts';
import { startCommand } from './commands/start.ts';
import { submitCommand } from './commands/submit.ts';
import { syncCommand } from './commands/sync.ts';
import { CommandError, exit } from './errors.ts';

const exitCodes = `
Every command ends with
  0  done
  1  what was checked does not hold
  2  the request was wrong; the message says what and how
  3  our own failure`;

const program = new Command('lectern')
  .description('An interactive course on how language models work.')
  .showHelpAfterError('(--help says more)')
  .addHelpText('after', exitCodes)
  .exitOverride();

// Every command, and every one under it, ends through `report` below.
for (const add of [
  startCommand,
  gradeCommand,
  submitCommand,
  runCommand,
  checkCommand,
  syncCommand,
  solveCommand,
  doctorCommand,
  kernelspecCommand,
]) {
  const command = add();
  for (const one of [command, ...command.commands]) one.copyInheritedSettings(program);
  program.addCommand(command);
}

const isRefusal = (error: unknown): error is GraderError =>
  error instanceof GraderError && error.code === 'bad-request';

/** Says what went wrong on stderr and returns the exit code for it. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exit.done : exit.badRequest;
  if (error instanceof CatalogueError || isRefusal(error)) {
    process.stderr.write(`${error.message}\n`);
    return exit.badRequest;
  }
  if (error instanceof CommandError) {
    process.stderr.write(`${error.message}\n`);
    return error.code;
  }
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return exit.ourFailure;
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}
