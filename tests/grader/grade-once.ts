/** Grades one submission and prints the report; a program of its own, so that it can run as another user. */
import { type SandboxLevel, startGrader } from '@lectern/grader/client';

const [root, request, sandbox] = process.argv.slice(2);
const grader = startGrader({ root: root! });
const report = await grader.grade({ ...JSON.parse(request!), sandbox: sandbox as SandboxLevel });
process.stdout.write(JSON.stringify(report));
await grader.close();
