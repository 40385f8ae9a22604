/** Exit codes of every command. */
export const exit = { done: 0, doesNotHold: 1, badRequest: 2, ourFailure: 3 } as const;

/** Ends the command with `code`; the message is all the user sees. */
export class CommandError extends Error {
  readonly code: number;
  constructor(message: string, code: number = exit.badRequest) {
    super(message);
    this.code = code;
  }
}

/** Something asked for could not be done as asked: exit 2. */
export const badRequest = (message: string): CommandError => new CommandError(message);

/** What was checked is not so: exit 1. */
export const doesNotHold = (message: string): CommandError =>
  new CommandError(message, exit.doesNotHold);
