import path from 'node:path';
import { RequestError } from '../errors.ts';

// What Windows refuses or takes for a device, and what makes a name look like another.
const UNUSABLE = /[<>:"|?*\p{Cc}\u202a-\u202e\u2066-\u2069]|[. ]$/u;
const DEVICES = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** A learner's folder goes from one machine to another: new names must do on all of them. */
export function checkNewName(relative: string): void {
  const name = path.posix.basename(relative);
  if (!UNUSABLE.test(name) && !DEVICES.test(name)) return;
  throw new RequestError(
    'bad-request',
    'This name cannot be used on every computer: leave out < > : " | ? * and control characters, ' +
      'dots and spaces at the end, and names of devices such as con or aux.',
  );
}
