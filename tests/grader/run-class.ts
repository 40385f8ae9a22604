/** Grades a class in a process of its own: `run-class.ts ROOT FROM TO`. Prints a line per notebook, then the result. */
import { gradeClass } from '../../grader/src/class/index.ts';

const [root, from, to] = process.argv.slice(2) as [string, string, string];
const say = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`);
say(await gradeClass({ root, from, to, processes: 2, onProgress: say }));
