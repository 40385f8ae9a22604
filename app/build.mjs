// Builds the page: `node app/build.mjs [--dev]` → app/dist (index.html, hashed assets).
import { rspack } from '@rspack/core';
import { configuration } from './rspack.config.mjs';

const mode = process.argv.includes('--dev') ? 'development' : 'production';
const started = performance.now();
const compiler = rspack(configuration(mode));

compiler.run((error, stats) => {
  const failed = error !== null || stats === undefined || stats.hasErrors();
  if (error) console.error(error);
  const problems = stats?.toString({ all: false, errors: true, warnings: true, colors: false });
  if (problems) console.error(problems);
  compiler.close(() => {
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    if (!failed) console.log(`app/dist built in ${seconds} s`);
    process.exitCode = failed ? 1 : 0;
  });
});
