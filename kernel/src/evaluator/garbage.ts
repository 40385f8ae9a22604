import v8 from 'node:v8';
import vm from 'node:vm';
import { define } from './globals.ts';

/** Where the protocol thread finds it, by way of the inspector. */
export const COLLECT = 'lectern.collect';

/**
 * Lets the protocol thread have garbage collected in the middle of user code's run. (The
 * inspector's own command for it waits for the run's end.)
 */
export function offerCollection(): void {
  let collect: (() => void) | undefined;
  define({
    [Symbol.for(COLLECT)]: () => {
      if (!collect) {
        v8.setFlagsFromString('--expose-gc');
        collect = vm.runInNewContext('gc') as () => void;
        v8.setFlagsFromString('--no-expose-gc');
      }
      collect();
    },
  });
}
