import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { FromMain } from '../threads.ts';

/** Where answers of the person at the page arrive. */
export interface InputLink {
  port: MessagePort;
  /** Counts the answers sent on `port`. */
  answered: Int32Array;
}

/** `prompt` as browsers have it: asks, waits, and gives the answer, or null where nobody can. */
export function createPrompt(
  post: (message: FromMain) => void,
  { port, answered }: InputLink,
): (message?: string, defaultValue?: string) => string | null {
  return (message = '', defaultValue = '') => {
    // An answer to a question that was interrupted is nobody's any more.
    while (receiveMessageOnPort(port));
    const seen = Atomics.load(answered, 0);
    post({ type: 'input', prompt: String(message) });
    Atomics.wait(answered, 0, seen);
    const received = receiveMessageOnPort(port) as { message: string | null } | undefined;
    const answer = received?.message ?? null;
    return answer === '' ? String(defaultValue) : answer;
  };
}
