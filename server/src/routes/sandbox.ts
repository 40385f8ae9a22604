import type { FastifyInstance } from 'fastify';
import { sandboxPolicy } from '../http/headers.ts';

/**
 * The frame for active output (HTML with script, foreign widgets). Its policy gives it an opaque
 * origin: no cookie, no storage, no network, no way to the page but these messages.
 *
 *     frame → page   { type: 'lectern:ready' }
 *     page → frame   { type: 'lectern:render', html }
 *     frame → page   { type: 'lectern:height', height }   CSS pixels, whenever it changes
 *
 * Scripts that arrive by innerHTML do not run, so each is replaced by a new element that does.
 * They run one after the other, as in a document.
 */
const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Output</title>
<style>
:root { color-scheme: light dark; }
body { display: flow-root; margin: 0; font: 14px/1.5 system-ui, sans-serif; overflow-x: auto; }
</style>
</head>
<body>
<div id="output"></div>
<script>
'use strict';
const output = document.getElementById('output');
const tell = (message) => parent.postMessage(message, '*');
let lastHeight = -1;
function tellHeight() {
  const height = Math.ceil(document.body.getBoundingClientRect().height);
  if (height !== lastHeight) tell({ type: 'lectern:height', height: lastHeight = height });
}
// Not only of #output: a script may append to the body.
new ResizeObserver(tellHeight).observe(document.body);
function render(html) {
  output.innerHTML = html;
  for (const dead of output.querySelectorAll('script')) {
    const script = document.createElement('script');
    for (const { name, value } of dead.attributes) script.setAttribute(name, value);
    script.textContent = dead.textContent;
    dead.replaceWith(script);
  }
  tellHeight();
}
addEventListener('message', (event) => {
  if (event.source !== parent || event.data?.type !== 'lectern:render') return;
  render(String(event.data.html));
});
tell({ type: 'lectern:ready' });
</script>
</body>
</html>
`;

export function sandboxRoute(app: FastifyInstance): void {
  app.get('/lectern/sandbox', async (_request, reply) =>
    reply
      .headers({ 'content-security-policy': sandboxPolicy, 'cache-control': 'no-cache' })
      .type('text/html; charset=utf-8')
      .send(page),
  );
}
