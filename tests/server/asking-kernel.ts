/**
 * A small kernel of another kind, quick to start: a cell's text is a question, put to whoever ran the
 * cell, and the answer is the output. The cell `pid` shows its process id. It tells of SIGINT.
 */
import fs from 'node:fs';
import {
  type ConnectionInfo,
  endpoint,
  type Header,
  type Message,
  Wire,
} from '@lectern/kernel/protocol';
import { Publisher, Router } from 'zeromq';

const connection: ConnectionInfo = JSON.parse(fs.readFileSync(process.argv[2]!, 'utf8'));
const wire = new Wire(connection.key);
const shell = new Router();
const stdin = new Router();
const control = new Router();
const iopub = new Publisher();
await Promise.all([
  shell.bind(endpoint(connection, 'shell')),
  stdin.bind(endpoint(connection, 'stdin')),
  control.bind(endpoint(connection, 'control')),
  iopub.bind(endpoint(connection, 'iopub')),
]);

process.on('SIGINT', () => void publish('stream', { name: 'stdout', text: 'SIGINT' }));
void endWhenAsked();
for await (const frames of shell) {
  const { identities, message } = wire.parse(frames);
  const { header } = message;
  await publish('status', { execution_state: 'busy' }, message);
  if (header.msg_type === 'execute_request') {
    const code = String(message.content.code);
    const text = code === 'pid' ? String(process.pid) : await ask(code, header, identities);
    await publish('stream', { name: 'stdout', text }, message);
  }
  const type = header.msg_type.replace('_request', '_reply');
  const reply = wire.message(type, { status: 'ok', execution_count: 1 }, { parent: header });
  await shell.send(wire.serialise(reply, identities));
  await publish('status', { execution_state: 'idle' }, message);
}

async function ask(prompt: string, parent: Header, identities: Uint8Array[]): Promise<string> {
  const question = wire.message('input_request', { prompt, password: false }, { parent });
  await stdin.send(wire.serialise(question, identities));
  const answer = wire.parse(await stdin.receive()).message;
  return String(answer.content.value);
}

async function publish(type: string, content: object, parent?: Message): Promise<void> {
  await iopub.send(wire.serialise(wire.message(type, content, { parent: parent?.header }), [type]));
}

async function endWhenAsked(): Promise<void> {
  for await (const frames of control) {
    if (wire.parse(frames).message.header.msg_type === 'shutdown_request') process.exit(0);
  }
}
