import type { DebugRequest } from '../debugger/messages.ts';
import { type CursorRequest, PROTOCOL_VERSION } from '../protocol/index.ts';
import { codePoints, offsetOfCodePoint } from './cursor.ts';
import type { Debugging } from './debugging.ts';
import type { Executions } from './executions.ts';
import { selectHistory } from './history.ts';
import type { LanguageClient } from './language-client.ts';

type Content = Record<string, unknown>;

/** What request handlers may use. */
export interface HandlerContext {
  language: LanguageClient;
  executions: Executions;
  debugging: Debugging;
  commTargets: () => Record<string, { target_name: string }>;
  shutdown: () => void;
  version: string;
  /** TypeScript's. */
  languageVersion: string;
}

/** Answers a request; without `status`, the answer is ok. */
export type Handler = (content: Content, context: HandlerContext) => Content | Promise<Content>;

/** Requests that do not wait for a running cell. `execute_request` and comms go their own ways. */
export const handlers: Record<string, Handler> = {
  kernel_info_request: (_, { version, languageVersion }) => ({
    protocol_version: PROTOCOL_VERSION,
    implementation: 'lectern',
    implementation_version: version,
    language_info: {
      name: 'typescript',
      version: languageVersion,
      mimetype: 'application/typescript',
      file_extension: '.ts',
      pygments_lexer: 'typescript',
      codemirror_mode: { name: 'javascript', typescript: true },
      nbconvert_exporter: 'script',
    },
    banner: `Lectern ${version}: TypeScript on Node ${process.version}`,
    help_links: [
      { text: 'TypeScript Handbook', url: 'https://www.typescriptlang.org/docs/handbook/' },
    ],
    debugger: true,
    supported_features: ['debugger'],
  }),

  complete_request: async (content, { language }) => {
    const { code, cursor_pos } = content as unknown as CursorRequest;
    const offset = offsetOfCodePoint(code, cursor_pos);
    const { matches, start, end } = await language.call('complete', { source: code, offset });
    const cursor_start = codePoints(code, start);
    const cursor_end = codePoints(code, end);
    const types = matches.map(({ text, type }) => ({
      text,
      type,
      start: cursor_start,
      end: cursor_end,
    }));
    return {
      matches: matches.map(({ text }) => text),
      cursor_start,
      cursor_end,
      metadata: { _jupyter_types_experimental: types },
    };
  },

  inspect_request: async (content, { language }) => {
    const { code, cursor_pos, detail_level } = content as unknown as CursorRequest;
    const offset = offsetOfCodePoint(code, cursor_pos);
    const params = { source: code, offset, detail: detail_level ?? 0 };
    return { metadata: {}, ...(await language.call('inspect', params)) };
  },

  is_complete_request: async (content, { language }) =>
    await language.call('isComplete', { source: String(content.code) }),

  history_request: (content, { executions }) => {
    const items = selectHistory(executions.history, content);
    const pairs = items.map(([session, line, source]) => [
      session,
      line,
      [source, executions.results.get(line) ?? null],
    ]);
    return { history: content.output ? pairs : items };
  },

  comm_info_request: ({ target_name }, { commTargets }) => ({
    comms: Object.fromEntries(
      Object.entries(commTargets()).filter(
        ([, comm]) => !target_name || comm.target_name === target_name,
      ),
    ),
  }),

  debug_request: async (content, { debugging }) => ({
    ...(await debugging.handle(content as unknown as DebugRequest)),
  }),

  interrupt_request: async (_, { executions }) => {
    await executions.interrupt();
    return {};
  },

  shutdown_request: ({ restart }, { shutdown }) => {
    shutdown();
    return { restart: Boolean(restart) };
  },
};
