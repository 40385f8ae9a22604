/**
 * The worker: runs answers inside the sandbox. Speaks frames on file descriptor 3, one question at a time, and reads
 * them synchronously: while nothing is asked nothing runs, and a callback into the harness blocks right where the
 * answer called it. Holds no secret: tests, expected values and verdicts never come here.
 */
import { readSync, writeSync } from 'node:fs';
import process from 'node:process';
import type vm from 'node:vm';
import { type Frame, frameLength, readFrame, writeFrame } from '../channel/frames.ts';
import type { CallbackReply, Question, Reply } from '../channel/messages.ts';
import { ChannelError, type Parcel } from '../channel/values.ts';
import { type CallbackOutcome, compileLibrary, describeError, Realm } from './realm.ts';

const CHANNEL = 3;
const NOBODY = 65534;

const realms = new Map<number, Realm>();
let library: vm.Script;
/** A realm made ahead, while the harness is busy with something else. */
let spare: Realm | undefined;
let answering = false;

function read(): Frame {
  const header = readExactly(Buffer.alloc(8));
  const bytes = Buffer.alloc(frameLength(header));
  bytes.set(header);
  readExactly(bytes.subarray(8));
  return readFrame(bytes);
}

function readExactly(bytes: Buffer): Buffer {
  let filled = 0;
  while (filled < bytes.length) {
    const count = readSync(CHANNEL, bytes, filled, bytes.length - filled, null);
    if (count === 0) process.exit(0); // the harness has gone
    filled += count;
  }
  return bytes;
}

function write(message: Reply, blobs: Uint8Array[] = []): void {
  const bytes = writeFrame({ message, blobs });
  let written = 0;
  while (written < bytes.length) written += writeSync(CHANNEL, bytes, written);
}

const host = {
  print: (text: string) => write({ type: 'printed', text }),
  callBack(id: number, args: Parcel): CallbackOutcome {
    write({ type: 'callback', id, args: args.wire }, args.blobs);
    const { message, blobs } = read();
    const reply = message as CallbackReply;
    return reply.type === 'returned' ? { type: 'returned', wire: reply.value, blobs } : reply;
  },
};

function makeRealm(): Realm {
  return new Realm(library, host);
}

/** Answers questions until the harness goes. */
async function serve(): Promise<never> {
  for (;;) {
    spare ??= makeRealm();
    const { message, blobs } = read();
    const question = message as Exclude<Question, { type: 'start' }>;
    if (question.type === 'drop') {
      await drop(question.realm);
      write({ type: 'dropped' });
      continue;
    }
    answering = true;
    const outcome = await answer(question, blobs);
    if (!answering) continue; // already answered, by `beforeExit` or an uncaught error
    answering = false;
    if (outcome.type !== 'returned') write(outcome);
    else if (question.type === 'load') write({ type: 'loaded' });
    else write({ type: 'returned', value: outcome.wire }, outcome.blobs);
  }
}

/** Forgets an answer, after whatever it had left to run has run: it must not trouble the next. */
async function drop(id: number): Promise<void> {
  realms.get(id)?.retire();
  realms.delete(id);
  await new Promise((resolve) => setImmediate(resolve));
}

function answer(question: Exclude<Question, { type: 'start' | 'drop' }>, blobs: Uint8Array[]) {
  if (question.type === 'load') {
    const realm = spare ?? makeRealm();
    spare = undefined;
    realms.set(question.realm, realm);
    return realm.load(question.code, question.declares, question.forbids);
  }
  const realm = realms.get(question.realm);
  if (!realm) throw new ChannelError('a call to an answer that is not loaded');
  return realm.call(question.target, { wire: question.args, blobs });
}

/** The event loop has run dry or an error came out of a timer: the answer will never come by itself. */
function giveUp(reply: Reply): void {
  if (!answering) return;
  answering = false;
  write(reply);
  serve().catch(() => process.exit(1));
}

/** As root the sandbox leaves us the right to become nobody, and nothing else. */
function dropPrivileges(): void {
  if (!process.argv.includes('--drop') || process.getuid?.() !== 0) return;
  process.setgroups?.([]);
  process.setgid?.(NOBODY);
  process.setuid?.(NOBODY);
}

dropPrivileges();
const { blobs } = read();
library = compileLibrary(Buffer.from(blobs[0]!).toString('utf8'));
spare = makeRealm();
process.on('beforeExit', () => giveUp({ type: 'stuck' }));
process.on('uncaughtException', (error) => giveUp({ type: 'threw', ...describeError(error) }));
process.on('unhandledRejection', () => {}); // a promise that nobody waits for is no answer
write({ type: 'ready' });
serve().catch(() => process.exit(1));
