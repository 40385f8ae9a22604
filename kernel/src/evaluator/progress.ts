import { randomUUID } from 'node:crypto';
import { escapeHtml } from './html.ts';
import type { CellEnd, Publish } from './showing.ts';

/** The bar is drawn anew no more often than this, ms. */
const INTERVAL = 100;

/** The same items, with a bar that moves on as they are taken. */
export function* progressOver<Item>(
  publish: Publish,
  end: CellEnd,
  items: Iterable<Item>,
  label: string,
): Generator<Item> {
  const { length, size } = items as { length?: number; size?: number };
  const bar = new Bar(publish, end, length ?? size ?? Number.NaN, label);
  try {
    for (const item of items) {
      yield item;
      bar.step();
    }
  } finally {
    bar.show();
  }
}

/** A bar that tells how far something has come, and moves on in its place. */
export class Bar {
  readonly #publish: Publish;
  readonly #end: CellEnd;
  readonly #total: number;
  readonly #label: string;
  readonly #id = randomUUID();
  readonly #began = performance.now();
  #done = 0;
  #note = '';
  #shownAt = Number.NEGATIVE_INFINITY;
  #shown = '';
  #later: NodeJS.Timeout | undefined;

  /** @param total NaN where it is not known */
  constructor(publish: Publish, end: CellEnd, total: number, label: string) {
    this.#publish = publish;
    this.#end = end;
    this.#total = total;
    this.#label = label;
    this.show();
  }

  /** One step further, with a note to stand beside the bar. */
  step(note?: string): void {
    this.set(this.#done + 1, note);
  }

  /** As far as this. */
  set(done: number, note = this.#note): void {
    this.#done = done;
    this.#note = note;
    if (done >= this.#total || performance.now() - this.#shownAt >= INTERVAL) this.show();
    else if (!this.#later) {
      // Where this was the last step, it is shown all the same.
      this.#later = setTimeout(() => this.show(), INTERVAL).unref();
      this.#end.beforeEnd(() => this.show());
    }
  }

  show(): void {
    clearTimeout(this.#later);
    this.#later = undefined;
    const update = this.#shown !== '';
    const text = this.#text();
    this.#shownAt = performance.now();
    if (text === this.#shown) return;
    this.#shown = text;
    const share = this.#total > 0 ? Math.min(1, this.#done / this.#total) : null;
    const bundle = { 'text/html': html(share, text), 'text/plain': plain(share, text) };
    this.#publish(bundle, {}, { id: this.#id, update });
  }

  #text(): string {
    const [done, total] = [this.#done, this.#total].map((n) => n.toLocaleString('en'));
    const count = Number.isNaN(this.#total) ? done : `${done} of ${total}`;
    const before = this.#label && `${this.#label}: `;
    return [before + count, this.#time(), this.#note].filter(Boolean).join(', ');
  }

  #time(): string {
    const seconds = (performance.now() - this.#began) / 1000;
    const left = (seconds / this.#done) * (this.#total - this.#done);
    if (this.#done >= this.#total) return duration(seconds);
    return Number.isFinite(left) && seconds > 1 ? `${duration(left)} left` : '';
  }
}

function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  return seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

function html(share: number | null, text: string): string {
  const value = share === null ? '' : ` value="${share.toFixed(4)}" max="1"`;
  return `<div><progress${value}></progress> <span>${escapeHtml(text)}</span></div>`;
}

function plain(share: number | null, text: string): string {
  if (share === null) return text;
  const full = Math.round(share * 20);
  return `${'█'.repeat(full)}${'░'.repeat(20 - full)} ${Math.floor(share * 100)} %  ${text}`;
}
