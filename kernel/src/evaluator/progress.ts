import { randomUUID } from 'node:crypto';
import { escapeHtml } from './html.ts';
import type { Publish } from './showing.ts';

/** The bar is drawn anew no more often than this, ms. */
const INTERVAL = 100;

/** A bar that tells how far something has come. */
export interface Progress {
  /** One step further, with a note to stand beside the bar. */
  step(note?: string): void;
  /** As far as this. */
  set(done: number, note?: string): void;
}

/** Shows a bar, and shows it anew in the same place as it moves on. */
export function startProgress(publish: Publish, total: number, label: string): Bar {
  return new Bar(publish, total, label);
}

/** The same items, with a bar that moves on as they are taken. */
export function* progressOver<Item>(
  publish: Publish,
  items: Iterable<Item>,
  label: string,
): Generator<Item> {
  const { length, size } = items as { length?: number; size?: number };
  const bar = new Bar(publish, length ?? size ?? Number.NaN, label);
  try {
    for (const item of items) {
      yield item;
      bar.step();
    }
  } finally {
    bar.show();
  }
}

class Bar implements Progress {
  readonly #publish: Publish;
  readonly #total: number;
  readonly #label: string;
  readonly #id = randomUUID();
  readonly #began = performance.now();
  #done = 0;
  #note = '';
  #shownAt = Number.NEGATIVE_INFINITY;
  #shown = '';

  /** @param total NaN where it is not known */
  constructor(publish: Publish, total: number, label: string) {
    this.#publish = publish;
    this.#total = total;
    this.#label = label;
    this.show();
  }

  step(note?: string): void {
    this.set(this.#done + 1, note);
  }

  set(done: number, note = this.#note): void {
    this.#done = done;
    this.#note = note;
    if (done >= this.#total || performance.now() - this.#shownAt >= INTERVAL) this.show();
  }

  show(): void {
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
