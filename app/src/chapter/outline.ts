/** A heading of a chapter, as the rail lists it. */
export type Heading = { cellId: string; index: number; level: number; text: string };

type Cell = { id: string; type: string; source: string };

const FENCE = /^ {0,3}(`{3,}|~{3,})/;

/** The headings of a notebook's Markdown cells; `index` counts them within their cell. */
export function outline(cells: readonly Cell[], deepest = 3): Heading[] {
  return cells.flatMap(({ id, type, source }) =>
    type === 'markdown' ? headingsOf(id, source).filter(({ level }) => level <= deepest) : [],
  );
}

function headingsOf(cellId: string, source: string): Heading[] {
  const headings: Heading[] = [];
  let fence: string | null = null;
  for (const line of source.split('\n')) {
    const mark = FENCE.exec(line)?.[1];
    if (mark && fence === null) fence = mark;
    else if (mark && fence !== null && mark.startsWith(fence)) fence = null;
    if (fence !== null) continue;
    const [, hashes, text] = /^ {0,3}(#{1,6})\s+(.+?)\s*#*\s*$/.exec(line) ?? [];
    if (!hashes || !text) continue;
    const index = headings.length;
    headings.push({ cellId, index, level: hashes.length, text: plain(text) });
  }
  return headings;
}

const SYMBOLS: Readonly<Record<string, string>> = {
  sqrt: '√',
  cdot: '·',
  times: '×',
  alpha: 'α',
  theta: 'θ',
  lambda: 'λ',
  top: 'ᵀ',
};

/** Markdown and simple formulas as plain words. */
function plain(text: string): string {
  return text
    .replace(/\$([^$]+)\$/g, (_, tex: string) =>
      tex
        .replace(/\\(\w+)/g, (command, name: string) => SYMBOLS[name] ?? command.slice(1))
        .replace(/[{}\s]/g, ''),
    )
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[*_`]/g, '');
}
