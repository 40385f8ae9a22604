/** The protocol thread: sockets in, messages out, and always an answer. */
import { readFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { ConnectionInfo, Header } from '../protocol/index.ts';
import { TextRing } from '../text-ring.ts';
import type {
  FromMainEnvelope,
  ServingData,
  ToMain,
  TranspileAnswer,
  TranspileCall,
} from '../threads.ts';
import { Comms } from './comms.ts';
import { Debugging } from './debugging.ts';
import { Executions } from './executions.ts';
import { type HandlerContext, handlers } from './handlers.ts';
import { Interrupter } from './interrupter.ts';
import { LanguageClient } from './language-client.ts';
import { die, exitWithParent, leave } from './lifetime.ts';
import { MemoryGuard, memoryLimits } from './memory.ts';
import { Publisher } from './publisher.ts';
import { watchSignals } from './signals.ts';
import { type Request, Sockets } from './sockets.ts';

const data = workerData as ServingData;
const { version, dependencies } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { version: string; dependencies: { typescript: string } };
const connection = JSON.parse(readFileSync(data.connectionFile, 'utf8')) as ConnectionInfo;

/** When the start is over and there is time for what the next one will need, ms. */
const SETTLED = 1000;

/** The latest cell: whatever happens between cells is its fault, as far as anyone can tell. */
let latest: Header | undefined;

const post = (message: ToMain) => parentPort!.postMessage(message);
const sockets = await Sockets.open(connection);
const publisher = new Publisher(sockets, new TextRing(data.printed));
const language = new LanguageClient({
  directory: data.directory,
  root: data.root,
  typeErrors: process.env.LECTERN_TYPE_ERRORS,
});
const interrupter = new Interrupter(post, data.interruptsRead);
const debugging = new Debugging(language, publisher);
const executions = new Executions({ publisher, language, post, interrupter, debugging });
const comms = new Comms(publisher, language, post, () => debugging.variables());
const context: HandlerContext = {
  language,
  executions,
  debugging,
  commTargets: () => comms.info(),
  shutdown,
  version,
  languageVersion: dependencies.typescript,
};

exitWithParent(shutdown);
new MemoryGuard(memoryLimits(process.env.LECTERN_MEMORY), {
  running: () => executions.running,
  collect: () => interrupter.collectGarbage(),
  stop: (error) => executions.stop(error),
  end: (error) => {
    if (executions.running !== null) void executions.stop(error);
    else publisher.publish('error', { ...error }, latest);
    // Once around the event loop, so that what this says is queued before the sockets close.
    setImmediate(() => die(error.evalue, sockets));
  },
}).start();
parentPort!.on('message', fromMain);
publisher.status('starting');
sockets.listen(receive, answerInput);
data.modules.on('message', translate);
post({ type: 'ready' });
// A thread writes its cache of compiled code only when it ends by itself, which this one never does.
setTimeout(flushCompileCache, SETTLED).unref();

function shutdown(): void {
  debugging.close();
  leave(sockets, interrupter, post);
}

function receive(request: Request): void {
  const { header } = request.message;
  if (header.msg_type === 'execute_request') {
    // As late as this: the thread that watches takes no time from the start.
    watchSignals(() => executions.interrupt());
    latest = header;
    executions.enqueue(request);
  } else answer(request, header.msg_type);
}

async function answer(request: Request, type: string): Promise<void> {
  const { header, content } = request.message;
  publisher.status('busy', header);
  try {
    const handler = Object.hasOwn(handlers, type) ? handlers[type] : undefined;
    if (handler) {
      publisher.reply(request, { status: 'ok', ...(await handler(content, context)) });
    } else if (type.startsWith('comm_')) {
      await comms.receive(request.message);
    } else throw new TypeError(`This kernel does not know '${type}'.`);
  } catch (error) {
    const { name: ename, message: evalue } = error as Error;
    if (type.startsWith('comm_')) process.stderr.write(`Lectern kernel: ${type}: ${evalue}\n`);
    else publisher.reply(request, { status: 'error', ename, evalue, traceback: [] });
  }
  publisher.status('idle', header);
}

function fromMain({ printed, message }: FromMainEnvelope): void {
  publisher.flush(printed);
  switch (message.type) {
    case 'publish': {
      const { messageType, content, origin, metadata, buffers } = message;
      comms.sent(messageType, content);
      publisher.publish(messageType, content, origin, { metadata, buffers });
      break;
    }
    case 'done':
      executions.onMain(message);
      break;
    case 'input':
      ask(message);
      break;
    case 'interrupted':
      comms.forget();
      executions.onMain(message);
      break;
    case 'comm-done':
      comms.handled(message.id);
      break;
    case 'children':
      interrupter.children = message.pids;
      break;
    case 'signal':
      if (message.signal === 'SIGINT') executions.interrupt();
      else shutdown();
      break;
  }
}

/** Main waits: whatever happens, it gets an answer. */
async function translate({ id, source, fileName }: TranspileCall): Promise<void> {
  const answer = await language.call('transpile', { source, fileName }).catch((failure: Error) => {
    return { error: { message: failure.message, offset: 0 } };
  });
  data.modules.postMessage({ id, ...answer } satisfies TranspileAnswer);
  Atomics.add(data.modulesAnswered, 0, 1);
  Atomics.notify(data.modulesAnswered, 0);
}

function ask({ prompt, password }: { prompt: string; password: boolean }): void {
  const request = executions.current;
  const allowed = (request?.message.content as { allow_stdin?: boolean })?.allow_stdin !== false;
  if (!request || !allowed) {
    answerInput(null);
    return;
  }
  const { header } = request.message;
  const content = { prompt, password };
  sockets.ask(request, sockets.message('input_request', content, { parent: header }));
}

function answerInput(value: string | null): void {
  data.input.postMessage(value);
  Atomics.add(data.inputAnswered, 0, 1);
  Atomics.notify(data.inputAnswered, 0);
}
