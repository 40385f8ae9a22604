import type { Config } from 'vega-embed';

/** Okabe and Ito's palette: told apart by readers of every colour vision. */
const OKABE_ITO = [
  '#0072b2',
  '#d55e00',
  '#009e73',
  '#cc79a7',
  '#e69f00',
  '#56b4e9',
  '#8a8300',
  '#7a7a7a',
];

/** On a dark page the darkest of them are lifted until they stand out from it. */
const OKABE_ITO_ON_DARK = [
  '#56b4e9',
  '#e69f00',
  '#2fbf95',
  '#e39cc4',
  '#f0865a',
  '#f0e442',
  '#6ea8dc',
  '#b0b0b0',
];

/** A chart drawn with the page's own ink and letters. */
export function chartConfig(page: CSSStyleDeclaration, light: boolean): Config {
  const token = (name: string) => page.getPropertyValue(name).trim();
  const ink = token('--ink');
  const soft = token('--ink-soft');
  const font = token('--font-ui');
  const text = { labelColor: soft, titleColor: ink, labelFont: font, titleFont: font };
  const sizes = { labelFontSize: 12, titleFontSize: 12, titleFontWeight: 500 as const };
  const palette = light ? OKABE_ITO : OKABE_ITO_ON_DARK;
  const heat = light ? ['#f6f3ec', '#0072b2', '#002b45'] : ['#24262b', '#2a7fb0', '#c7e9ff'];
  return {
    background: 'transparent',
    font,
    view: { stroke: null },
    mark: { color: palette[0] },
    range: { category: palette, heatmap: heat, ramp: heat },
    axis: {
      ...text,
      ...sizes,
      domainColor: token('--rule-strong'),
      tickColor: token('--rule-strong'),
      gridColor: token('--rule'),
      titlePadding: 8,
    },
    legend: { ...text, ...sizes },
    header: { ...text, ...sizes },
    title: { color: ink, font, fontSize: 14, fontWeight: 600, anchor: 'start', offset: 12 },
    text: { color: ink, font },
  } as Config;
}
