/**
 * Colours come from the page's custom properties. The fallbacks are the palette of Okabe and Ito
 * (2008) and the browser's own system colours, so an explorable also stands alone.
 */
export const palette = [
  'var(--lectern-series-1, #0072b2)',
  'var(--lectern-series-2, #d55e00)',
  'var(--lectern-series-3, #009e73)',
  'var(--lectern-series-4, #cc79a7)',
  'var(--lectern-series-5, #e69f00)',
] as const;

export const style = `
:host { display: block; container-type: inline-size; }
* { box-sizing: border-box; }
.explorable {
  --ink: var(--lectern-ink, CanvasText);
  --paper: var(--lectern-paper, Canvas);
  --line: var(--lectern-line, color-mix(in srgb, var(--ink) 22%, transparent));
  --quiet: var(--lectern-ink-2, color-mix(in srgb, var(--ink) 72%, transparent));
  --accent: var(--lectern-accent, #0072b2);
  color: var(--ink); font: 14px/1.5 var(--lectern-font-ui, Inter, system-ui, sans-serif);
  border: 1px solid var(--line); border-radius: 8px; padding: 16px; margin: 16px 0;
}
p { margin: 0 0 8px; }
.title { font-weight: 600; font-size: 16px; }
.question { color: var(--quiet); }
.row { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center; }
.predict { border-left: 3px solid var(--accent); padding-left: 12px; margin: 12px 0; }
.feedback { border-left: 3px solid var(--accent); padding-left: 12px; margin: 12px 0; }
[hidden] { display: none !important; }
button {
  font: inherit; color: inherit; background: transparent; min-height: 32px; min-width: 44px;
  border: 1px solid var(--quiet); border-radius: 4px; padding: 2px 12px; cursor: pointer;
}
button:hover:enabled { background: color-mix(in srgb, var(--ink) 8%, transparent); }
button[aria-pressed='true'] { background: color-mix(in srgb, var(--ink) 14%, transparent); }
button:disabled { opacity: 0.5; cursor: default; }
:is(button, input):focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
label { display: inline-flex; white-space: nowrap; align-items: center; gap: 8px; min-height: 32px; }
input { accent-color: var(--accent); }
input[type='range'] { width: clamp(80px, 27cqi, 128px); height: 24px; }
input[type='checkbox'] { width: 20px; height: 20px; }
.controls { display: contents; }
.picture { display: grid; grid-template-columns: 1fr; gap: 8px 16px; margin: 8px 0; }
@container (min-width: 600px) { .picture { grid-template-columns: 1fr 1fr; } }
.plane { margin: 0; min-width: 0; }
.plane svg { display: block; width: 100%; max-width: 420px; }
figcaption { color: var(--quiet); }
.rule { stroke: var(--line); stroke-width: 0.5; }
.axis { stroke: var(--quiet); stroke-width: 1; }
.tick { fill: var(--quiet); font-size: 10px; text-anchor: middle; }
.handle { cursor: grab; outline: none; }
.handle:active { cursor: grabbing; }
.knob { fill: var(--paper); stroke: var(--own); stroke-width: 3; }
.letter { fill: var(--ink); font-size: 14px; font-weight: 600; text-anchor: middle;
  pointer-events: none; user-select: none; }
.ring { fill: transparent; stroke: none; }
.handle:focus-visible .ring { stroke: var(--ink); stroke-width: 2; }
.bars { display: grid; gap: 4px 16px; align-items: center;
  grid-column: 1 / -1; font-variant-numeric: tabular-nums; }
.bars > span { text-align: right; }
.bars > .head { color: var(--quiet); }
.bars > .left { text-align: left; }
.bars > .name { font-weight: 600; border: 2px solid var(--own); border-radius: 50%;
  width: 28px; height: 28px; text-align: center; line-height: 24px; }
.bar { display: flex; gap: 8px; align-items: center; }
.track { flex: 1; height: 16px; background: color-mix(in srgb, var(--ink) 8%, transparent); }
.fill { display: block; height: 100%; width: 0; transition: width 150ms; }
@media (prefers-reduced-motion: reduce) { .fill { transition: none; } }
.stack { position: relative; max-width: 420px; aspect-ratio: 1; border: 1px solid var(--line); }
.stack > canvas, .stack > svg { position: absolute; inset: 0; width: 100%; height: 100%; }
.probe { display: none; }
.example { fill: var(--own); stroke: var(--paper); stroke-width: 1; }
.picture.single { grid-template-columns: minmax(0, 520px); }
.picture.single svg { max-width: 520px; }
.contour { fill: none; stroke: var(--quiet); stroke-width: 0.7; opacity: 0.7; }
.curve { fill: none; stroke: var(--ink); stroke-width: 2.5; }
.path { fill: none; stroke: var(--accent); stroke-width: 2; stroke-linejoin: round; }
.stop { fill: var(--accent); stroke: var(--paper); stroke-width: 1; }
.note { fill: var(--quiet); font-size: 12px; font-variant-numeric: tabular-nums; }
.end { text-anchor: end; }
.wire { stroke: var(--quiet); stroke-width: 1.5; opacity: 0.55; }
.wire.minus { stroke-dasharray: 5 3; }
.wire.active { stroke: var(--ink); stroke-width: 3; opacity: 1; }
.flow { stroke: var(--accent); opacity: 0.45; stroke-linecap: round; }
.unit-circle { fill: var(--paper); stroke: var(--ink); stroke-width: 2; }
.tag { fill: var(--paper); opacity: 0.92; }
.value, .weight, .slope { fill: var(--ink); font-size: 12px; text-anchor: middle;
  font-variant-numeric: tabular-nums; }
.slope { fill: var(--accent); font-weight: 600; }
.unit-button { cursor: pointer; outline: none; }
.unit-button[aria-pressed='true'] .unit-circle { stroke: var(--accent); stroke-width: 4; }
.unit-button:focus-visible .unit-circle { stroke: var(--accent); stroke-dasharray: 4 2; stroke-width: 4; }
.shown { min-width: 3em; font-variant-numeric: tabular-nums; }
.bars.narrow { grid-column: auto; align-content: start; }
select { font: inherit; color: inherit; background: var(--paper); min-height: 32px;
  border: 1px solid var(--quiet); border-radius: 4px; padding: 2px 8px; }
select:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
input.long { width: clamp(120px, 45cqi, 280px) !important; }
.words { min-height: 3em; }
.table { overflow-x: auto; }
table { border-collapse: collapse; margin-top: 12px; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--quiet); }
th, td { padding: 4px 10px 4px 0; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); }
th:first-child { text-align: left; }
@media (forced-colors: active) { .fill, .plane svg { forced-color-adjust: none; } }
`;
