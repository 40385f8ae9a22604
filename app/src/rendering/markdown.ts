import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { type IMarkdownHeadingToken, IMarkdownParser } from '@jupyterlab/rendermime';
import { Marked, type Token, type Tokens } from 'marked';
import { EXPLORABLE, fenceText, isExplorable } from './fence.ts';

// In place of @jupyterlab/markedparser-extension, which brings Mermaid (166 MB installed) and knows
// a fence by its whole info string only, so that ```explorable attention/qk would not be found.

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};
const escapeHtml = (text: string) => text.replace(/[&<>"]/g, (found) => escapes[found] ?? found);

class MarkdownParser implements IMarkdownParser {
  constructor(languages: IEditorLanguageRegistry) {
    this.#languages = languages;
    this.#marked = new Marked({
      async: true,
      gfm: true,
      walkTokens: (token) => this.prepare(token),
      renderer: { code: (token) => this.#code.get(token) ?? false },
    });
  }

  async render(source: string): Promise<string> {
    return this.#marked.parse(source, { async: true });
  }

  async getHeadingTokens(source: string): Promise<IMarkdownHeadingToken[]> {
    const headings: IMarkdownHeadingToken[] = [];
    let line = 0;
    for (const token of this.#marked.lexer(source)) {
      if (token.type === 'heading') headings.push({ raw: token.raw, line });
      line += token.raw.split('\n').length - 1;
    }
    return headings;
  }

  /** Rendering is synchronous, highlighting is not: it is done here, token by token. */
  private async prepare(token: Token): Promise<void> {
    if (token.type !== 'code') return;
    const code = token as Tokens.Code;
    if (isExplorable(code.lang)) {
      const text = escapeHtml(fenceText(code.lang ?? '', code.text));
      // A plain code element survives the sanitiser; RenderedProse mounts the picture in its place.
      this.#code.set(code, `<pre><code class="language-${EXPLORABLE}">${text}</code></pre>`);
    } else if (code.lang) {
      this.#code.set(code, await this.highlight(code.lang, code.text));
    }
  }

  private async highlight(language: string, text: string): Promise<string> {
    const host = document.createElement('div');
    await this.#languages.highlight(text, this.#languages.findBest(language), host);
    const name = /^[\w+-]+/.exec(language)?.[0] ?? 'text';
    return `<pre><code class="language-${name}">${host.innerHTML}</code></pre>`;
  }

  readonly #marked: Marked;
  readonly #languages: IEditorLanguageRegistry;
  readonly #code = new WeakMap<Token, string>();
}

export const markdownPlugin: JupyterFrontEndPlugin<IMarkdownParser> = {
  id: 'lectern:markdown',
  description: 'Markdown with highlighted code and explorables.',
  autoStart: true,
  provides: IMarkdownParser,
  requires: [IEditorLanguageRegistry],
  activate: (_app, languages: IEditorLanguageRegistry) => new MarkdownParser(languages),
};
