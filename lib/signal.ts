/**
 * The part of `AbortSignal` that stops long work; under its own name, since not every TypeScript
 * that reads our types knows that one.
 */
export interface Signal {
  readonly aborted: boolean;
  throwIfAborted(): void;
}
