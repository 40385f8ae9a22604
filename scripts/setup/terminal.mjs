// Everything the set-up says goes through here. Written for old Nodes too, so that a machine
// with one gets a sentence and not a syntax error.

export class SetupError extends Error {}

const seconds = (ms) => `${ms < 10_000 ? (ms / 1000).toFixed(1) : Math.round(ms / 1000)} s`;

/** Runs `work` and says on one line what is being done and how long it took. */
export async function step(title, work) {
  const started = Date.now();
  const elapsed = () => seconds(Date.now() - started);
  process.stderr.write(`  ${title} …`);
  // On a terminal the line counts the seconds, so that a long download does not look stuck.
  const ticking =
    process.stderr.isTTY &&
    setInterval(() => process.stderr.write(`\r  ${title} … ${elapsed()} `), 1000);
  try {
    const result = await work();
    process.stderr.write(`${ticking ? `\r  ${title} …` : ''} done in ${elapsed()}\n`);
    return result;
  } catch (error) {
    process.stderr.write(' failed\n');
    throw error;
  } finally {
    clearInterval(ticking);
  }
}

/** Runs `main`; a SetupError ends the process with its one-line message and no stack trace. */
export function run(main) {
  main().catch((error) => {
    if (error instanceof SetupError) process.stderr.write(`${error.message}\n`);
    else process.stderr.write(`${error?.stack ?? error}\n`);
    process.exit(error instanceof SetupError ? 1 : 3);
  });
}
