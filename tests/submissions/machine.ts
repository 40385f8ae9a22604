/** What this machine can do, found without any code of the grader, so that a broken grader is not taken for it. */
import { spawnSync } from 'node:child_process';
import type { SandboxLevel } from '../../grader/src/client/index.ts';

/** The levels with walls that must work here, strongest first. */
export function wallsOfThisMachine(): SandboxLevel[] {
  const works = (file: string, args: string[]) => spawnSync(file, args).status === 0;
  const bubblewrap = works('bwrap', ['--unshare-all', '--ro-bind', '/', '/', 'true']);
  const namespaces = works('unshare', [
    '--user',
    '--map-root-user',
    '--mount',
    '--pid',
    '--fork',
    'true',
  ]);
  return [
    ...(bubblewrap ? ['bubblewrap' as const] : []),
    ...(namespaces ? ['namespaces' as const] : []),
  ];
}
