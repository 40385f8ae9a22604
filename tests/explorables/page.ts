/** Shows one explorable in a real Chromium: sources are served with their types stripped. */

import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../../explorables');

/** A page that renders `name` on a Backbone-like model and exposes it as `window.model`. */
const pageOf = (name: string, state: unknown) => `<!doctype html>
<html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>:root { color-scheme: light dark; } body { margin: 8px; max-width: 860px; }</style>
<main></main>
<script type="module">
  import widget from '/${name}.ts';
  const values = ${JSON.stringify(state)};
  const listeners = new Map();
  const model = {
    saves: 0,
    get: (key) => values[key],
    set(key, value) {
      values[key] = value;
      for (const listener of listeners.get('change:' + key) ?? []) listener();
    },
    save_changes() { this.saves += 1; },
    on: (event, f) => listeners.set(event, [...(listeners.get(event) ?? []), f]),
    off: (event, f) => listeners.set(event, (listeners.get(event) ?? []).filter((g) => g !== f)),
  };
  window.model = model;
  await widget.initialize({ model });
  window.close_ = await widget.render({ model, el: document.querySelector('main') });
  window.ready = true;
</script></html>`;

export interface Site {
  url(name: string, state: unknown): string;
  close(): void;
}

export async function serveExplorables(): Promise<Site> {
  const server: Server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    try {
      if (url.pathname === '/') {
        const name = url.searchParams.get('name') ?? '';
        const state: unknown = JSON.parse(url.searchParams.get('state') ?? '{}');
        response.setHeader('content-type', 'text/html').end(pageOf(name, state));
        return;
      }
      const source = await readFile(path.join(root, url.pathname), 'utf8');
      response.setHeader('content-type', 'text/javascript').end(stripTypeScriptTypes(source));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: (name, state) =>
      `http://127.0.0.1:${port}/?${new URLSearchParams({ name, state: JSON.stringify(state) })}`,
    close: () => server.close(),
  };
}
