import inspector from 'node:inspector';
import { INTROSPECTION, type Introspection } from '../introspection.ts';

/** A value on the main thread, as V8's inspector speaks of it. */
export interface RemoteObject {
  type: string;
  value?: unknown;
  unserializableValue?: string;
  description?: string;
  objectId?: string;
}

export interface Evaluated {
  result: RemoteObject;
  exceptionDetails?: { text: string; exception?: RemoteObject };
}

const HERE = `globalThis[Symbol.for(${JSON.stringify(INTROSPECTION)})]`;

/**
 * V8's inspector on the main thread. It reaches main while that computes or stands at a breakpoint,
 * but not while it is in native code.
 */
export class MainInspector {
  readonly #session = new inspector.Session();
  #here: string | null = null;

  constructor() {
    this.#session.connectToMainThread();
  }

  /** @throws what V8 says against the call */
  post<Result = object>(method: string, params: object = {}): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#session.post(method, params, (error, result) => {
        if (error) reject(new Error(error.message));
        else resolve(result as Result);
      });
    });
  }

  on<Params>(event: string, handle: (params: Params) => void): void {
    this.#session.on(event, (message: { params: Params }) => handle(message.params));
  }

  close(): void {
    this.#session.disconnect();
  }

  /** Calls one of `Introspection`'s functions with plain data, and gives its result as such. */
  async ask<Name extends keyof Introspection>(
    name: Name,
    ...parameters: Parameters<Introspection[Name]>
  ): Promise<ReturnType<Introspection[Name]>> {
    const list = parameters.map((each) => JSON.stringify(each)).join();
    const expression = `${HERE}.${name}(${list})`;
    const evaluated = await this.post<Evaluated>('Runtime.evaluate', {
      expression,
      returnByValue: true,
      silent: true,
    });
    return unwrap(evaluated).value as ReturnType<Introspection[Name]>;
  }

  /** The same for values that stay on the main thread: arguments and result are references. */
  async call(
    name: keyof Introspection,
    parameters: (RemoteObject | { value: unknown })[],
    options: { returnByValue?: boolean; objectGroup?: string } = {},
  ): Promise<RemoteObject> {
    this.#here ??= unwrap(await this.post<Evaluated>('Runtime.evaluate', { expression: HERE }))
      .objectId!;
    const evaluated = await this.post<Evaluated>('Runtime.callFunctionOn', {
      functionDeclaration: `function (...parameters) { return this.${name}(...parameters); }`,
      objectId: this.#here,
      arguments: parameters.map(toArgument),
      silent: true,
      ...options,
    });
    return unwrap(evaluated);
  }
}

function toArgument(remote: RemoteObject | { value: unknown }): object {
  if ('objectId' in remote && remote.objectId) return { objectId: remote.objectId };
  if ('unserializableValue' in remote && remote.unserializableValue) {
    return { unserializableValue: remote.unserializableValue };
  }
  return { value: remote.value };
}

function unwrap({ result, exceptionDetails }: Evaluated): RemoteObject {
  if (!exceptionDetails) return result;
  const { exception, text } = exceptionDetails;
  throw new Error(exception?.description?.split('\n')[0] ?? text);
}
