import { MimeModel } from '@jupyterlab/rendermime';
import type { NotebookLanguage } from './notebook-language.ts';

/** What is known of a name, drawn as the chapter's own text is. */
export async function drawHelp(language: NotebookLanguage, markdown: string): Promise<HTMLElement> {
  const renderer = language.panel.content.rendermime.createRenderer('text/markdown');
  await renderer.renderModel(new MimeModel({ data: { 'text/markdown': markdown } }));
  const node = document.createElement('div');
  node.className = 'lectern-CodeHelp';
  node.append(renderer.node);
  return node;
}

export function codeBlock(text: string): string {
  return `\`\`\`typescript\n${text}\n\`\`\``;
}
