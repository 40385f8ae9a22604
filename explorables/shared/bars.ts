/** Shares of a whole as bars, one line each: a letter, some figures, the bar and its share. */

import { html } from './dom.ts';
import { palette } from './style.ts';

export interface BarLine {
  figures: string[];
  /** 0 … 1, or null while it is not to be seen. */
  share: number | null;
  /** The share as text. */
  text: string;
}

export interface Bars {
  element: HTMLElement;
  draw(lines: BarLine[]): void;
}

/**
 * Hidden from screen readers, for which the explorable's words and table say the same.
 * @param head names of the columns: the letter's, one per figure, the bar's
 */
export function bars(head: string[], names: string[]): Bars {
  const element = html('div', { class: 'bars', 'aria-hidden': 'true' });
  element.style.gridTemplateColumns = `${'auto '.repeat(head.length - 1)}1fr`;
  head.forEach((text, column) => {
    const edge = column === 0 || column === head.length - 1;
    element.append(html('span', { class: edge ? 'head left' : 'head' }, text));
  });
  const parts = names.map((name, i) => {
    const colour = palette[i % palette.length]!;
    const figures = head.slice(2).map(() => html('span'));
    const fill = html('span', { class: 'fill', style: `background: ${colour}` });
    const figure = html('span', { class: 'figure' });
    element.append(
      html('span', { class: 'name', style: `--own: ${colour}` }, name),
      ...figures,
      html('span', { class: 'bar left' }, html('span', { class: 'track' }, fill), figure),
    );
    return { figures, fill, figure };
  });
  return {
    element,
    draw(lines) {
      lines.forEach((line, i) => {
        const { figures, fill, figure } = parts[i]!;
        for (const [column, cell] of figures.entries()) cell.textContent = line.figures[column]!;
        fill.style.width = `${(100 * (line.share ?? 0)).toFixed(1)}%`;
        figure.textContent = line.text;
      });
    },
  };
}
