import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { FromMain } from '../threads.ts';

/** Where answers of the person at the page arrive. */
export interface InputLink {
  port: MessagePort;
  /** Counts the answers sent on `port`. */
  answered: Int32Array;
}

/** Asks the person at the page and waits; null where nobody can be asked. */
type Ask = (prompt: string, password: boolean) => string | null;

/** `prompt` and `confirm` as browsers have them. */
export function createPrompts(post: (message: FromMain) => void, link: InputLink) {
  const ask = createAsk(post, link);
  return {
    prompt: (
      message = '',
      defaultValue = '',
      { password = false }: { password?: boolean } = {},
    ): string | null => {
      const answer = ask(String(message), Boolean(password));
      return answer === '' ? String(defaultValue) : answer;
    },
    confirm: (message = ''): boolean => {
      for (let question = `${message} [y/n] `; ; question = 'Please answer y or n: ') {
        const answer = ask(question, false)?.trim().toLowerCase();
        if (answer === undefined || answer === '') return false;
        if (['y', 'yes', 'n', 'no'].includes(answer)) return answer.startsWith('y');
      }
    },
  };
}

function createAsk(post: (message: FromMain) => void, { port, answered }: InputLink): Ask {
  return (prompt, password) => {
    // An answer to a question that was interrupted is nobody's any more.
    while (receiveMessageOnPort(port));
    const seen = Atomics.load(answered, 0);
    post({ type: 'input', prompt, password });
    Atomics.wait(answered, 0, seen);
    const received = receiveMessageOnPort(port) as { message: string | null } | undefined;
    return received?.message ?? null;
  };
}
