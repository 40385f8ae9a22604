import { randomUUID } from 'node:crypto';
import WebSocket from 'ws';
import { binaryFormat, jsonFormat, V1 } from '../../server/src/kernels/wire.ts';
import type { TestServer } from './helper.ts';

export interface KernelMessage {
  channel: string;
  type: string;
  parent: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: every message has its own shape
  content: any;
}

/** A page's end of the kernel channels, with everything it has heard. */
export interface Channels {
  socket: WebSocket;
  heard: KernelMessage[];
  /** Sends a request and answers its message id. */
  send(channel: string, type: string, content: object): string;
  /** The first message, heard already or to come, that fits. */
  wait(what: string, fits: (message: KernelMessage) => boolean): Promise<KernelMessage>;
  /** Runs code; resolves with all messages that belong to it once it is over. */
  execute(code: string): Promise<KernelMessage[]>;
  close(): Promise<void>;
}

export async function openChannels(
  server: TestServer,
  kernelId: string,
  options: { form: 'binary' | 'JSON'; session?: string },
): Promise<Channels> {
  const session = options.session ?? randomUUID();
  const base = `ws://127.0.0.1:${server.port}/api/kernels`;
  const url = `${base}/${kernelId}/channels?session_id=${session}`;
  const headers = { authorization: `token ${server.token}` };
  const socket = new WebSocket(url, options.form === 'binary' ? [V1] : [], { headers });
  const format = options.form === 'binary' ? binaryFormat : jsonFormat;
  const heard: KernelMessage[] = [];
  const waiters = new Set<() => void>();
  socket.on('message', (data, isBinary) => {
    const { channel, parts } = format.decode(data, isBinary);
    const [header, parent, , content] = parts.map((bytes, i) =>
      i < 4 ? JSON.parse(`${bytes}`) : 0,
    );
    heard.push({ channel, type: header.msg_type, parent: parent.msg_id, content });
    for (const check of waiters) check();
  });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });

  function send(channel: string, type: string, content: object): string {
    const id = randomUUID();
    const header = { msg_id: id, msg_type: type, session, username: 'u', date: '', version: '5.4' };
    const parts = [header, {}, {}, content].map((part) => Buffer.from(JSON.stringify(part)));
    const wire = format.encode(channel as 'shell', parts);
    socket.send(wire);
    return id;
  }

  function wait(what: string, fits: (message: KernelMessage) => boolean): Promise<KernelMessage> {
    return new Promise((resolve, reject) => {
      const check = () => {
        const found = heard.find(fits);
        if (!found) return;
        clearTimeout(timer);
        waiters.delete(check);
        resolve(found);
      };
      const timer = setTimeout(() => {
        waiters.delete(check);
        const types = heard.map((message) => `${message.channel}:${message.type}`).join(' ');
        reject(new Error(`Waited in vain for ${what}; heard: ${types}`));
      }, 20_000);
      waiters.add(check);
      check();
    });
  }

  async function execute(code: string): Promise<KernelMessage[]> {
    const id = send('shell', 'execute_request', {
      ...{ code, silent: false, store_history: true, user_expressions: {} },
      ...{ allow_stdin: true, stop_on_error: true },
    });
    await Promise.all([
      wait('the reply', (message) => message.parent === id && message.type === 'execute_reply'),
      wait(
        'idle',
        (message) => message.parent === id && message.content.execution_state === 'idle',
      ),
    ]);
    return heard.filter((message) => message.parent === id);
  }

  const close = () =>
    new Promise<void>((resolve) => {
      socket.once('close', () => resolve());
      socket.close();
    });
  return { socket, heard, send, wait, execute, close };
}

/** What the messages of a run show, as one text. */
export function shown(messages: KernelMessage[]): string {
  return messages
    .map(({ type, content }) => {
      if (type === 'stream') return content.text;
      if (type === 'execute_result' || type === 'display_data') return content.data['text/plain'];
      return type === 'error' ? `${content.ename}: ${content.evalue}` : '';
    })
    .join('');
}
