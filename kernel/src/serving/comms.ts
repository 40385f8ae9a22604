import type { Variable } from '../introspection.ts';
import { codes, type RpcMessage, type RpcResponse } from '../language/editor/messages.ts';
import type { Header, Message } from '../protocol/index.ts';
import type { ToMain } from '../threads.ts';
import type { LanguageClient } from './language-client.ts';
import type { Publisher } from './publisher.ts';

const LANGUAGE_TARGET = 'lectern.language';

/**
 * Comms. Those of `lectern.language` are answered here, so also while a cell computes;
 * all others belong to user code on the main thread.
 */
export class Comms {
  readonly #publisher: Publisher;
  readonly #language: LanguageClient;
  readonly #post: (message: ToMain) => void;
  readonly #variables: () => Promise<Variable[]>;
  /** Open comms by id; target name. */
  readonly #open = new Map<string, string>();
  /** Editors of whom the language service knows something. */
  readonly #known = new Set<string>();
  readonly #handed = new Map<number, () => void>();

  /** @param variables gives the names of the notebook's level */
  constructor(
    publisher: Publisher,
    language: LanguageClient,
    post: (message: ToMain) => void,
    variables: () => Promise<Variable[]>,
  ) {
    this.#variables = variables;
    this.#publisher = publisher;
    this.#language = language;
    this.#post = post;
    language.onNotice = ({ client, message }) => this.#say(client, message);
    language.onLost = () => this.#closeLanguage();
  }

  info(): Record<string, { target_name: string }> {
    return Object.fromEntries([...this.#open].map(([id, target_name]) => [id, { target_name }]));
  }

  /** Handles comm_open, comm_msg and comm_close of a client. Resolves when it has been handled. */
  async receive(message: Message): Promise<void> {
    const { msg_type } = message.header;
    const { comm_id, target_name, data } = message.content as Record<string, unknown>;
    const id = String(comm_id);
    if (msg_type === 'comm_open') this.#open.set(id, String(target_name));
    const target = this.#open.get(id);
    if (msg_type === 'comm_close') this.#open.delete(id);
    if (target !== LANGUAGE_TARGET) return await this.#handToMain(message);
    if (msg_type === 'comm_msg') {
      const answer = await this.#answer(id, data as RpcMessage);
      if (answer) this.#say(id, answer, message.header);
    } else if (msg_type === 'comm_close') {
      this.#known.delete(id);
      await this.#language.call('editor', { client: id, message: null });
    }
  }

  /** User code has opened or closed a comm. */
  sent(type: string, content: Record<string, unknown>): void {
    if (type === 'comm_open') this.#open.set(String(content.comm_id), String(content.target_name));
    if (type === 'comm_close') this.#open.delete(String(content.comm_id));
  }

  handled(id: number): void {
    this.#handed.get(id)?.();
    this.#handed.delete(id);
  }

  /** Main may be waiting in a dead end: nobody waits for its answers after an interrupt. */
  forget(): void {
    for (const id of this.#handed.keys()) this.handled(id);
  }

  #handToMain(message: Message): Promise<void> {
    const id = this.#publisher.origin(message.header);
    return new Promise((resolve) => {
      this.#handed.set(id, resolve);
      this.#post({ type: 'comm', id, message });
    });
  }

  async #answer(client: string, message: RpcMessage): Promise<RpcResponse | null> {
    // Of what the protocol does not have, this alone: values are not the language service's.
    if (message?.method !== 'lectern/variables' || message.id == null) {
      const answer = await this.#language.call('editor', { client, message });
      if (this.#open.has(client)) this.#known.add(client);
      return answer;
    }
    const { id } = message;
    try {
      return { jsonrpc: '2.0', id, result: { variables: await this.#variables() } };
    } catch (error) {
      return { jsonrpc: '2.0', id, error: { code: codes.internalError, message: String(error) } };
    }
  }

  /**
   * Editors are to begin anew: nobody knows any more what they have told. What has not been answered
   * yet is asked again, so those who have just begun need not.
   */
  #closeLanguage(): void {
    for (const comm_id of this.#known) {
      this.#open.delete(comm_id);
      this.#publisher.publish('comm_close', { comm_id, data: {} }, undefined);
    }
    this.#known.clear();
  }

  #say(comm_id: string, data: unknown, parent?: Header): void {
    this.#publisher.publish('comm_msg', { comm_id, data }, parent);
  }
}
