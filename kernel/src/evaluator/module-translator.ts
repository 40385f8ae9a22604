import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { Transpiled } from '../compiler/index.ts';
import { CellSyntaxError } from '../compiler/names.ts';
import { positionAt } from '../compiler/positions.ts';
import { codeFrame } from '../text/code-frame.ts';
import type { TranspileAnswer, TranspileCall } from '../threads.ts';

/**
 * Translates local modules in the language service while the main thread waits: Node asks for a
 * module's code synchronously, and the main thread does not load TypeScript.
 */
export class ModuleTranslator {
  readonly #port: MessagePort;
  readonly #answered: Int32Array;
  #calls = 0;

  /** @param answered shared with the protocol thread, which counts the answers in it */
  constructor(port: MessagePort, answered: Int32Array) {
    this.#port = port;
    this.#answered = answered;
  }

  translate(source: string, fileName: string): Transpiled {
    const id = ++this.#calls;
    this.#port.postMessage({ id, source, fileName } satisfies TranspileCall);
    for (;;) {
      const seen = Atomics.load(this.#answered, 0);
      const received = receiveMessageOnPort(this.#port) as { message: TranspileAnswer } | undefined;
      if (received?.message.id === id) return unwrap(received.message, source, fileName);
      // An answer to a call that was interrupted is passed over.
      if (!received) Atomics.wait(this.#answered, 0, seen);
    }
  }
}

function unwrap({ result, error }: TranspileAnswer, source: string, fileName: string): Transpiled {
  if (result) return result;
  const { message, offset } = error!;
  const position = positionAt(source, offset);
  const frame = codeFrame(source, position, { title: fileName }).join('\n');
  throw new CellSyntaxError(`${message}\n${frame}`, offset);
}
