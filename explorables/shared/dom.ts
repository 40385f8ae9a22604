/** Small element builders: explorables use the DOM directly and depend on nothing. */

type Props = Record<string, string | number | boolean | ((event: never) => void)>;

function build(element: Element, props: Props, children: (Node | string)[]): void {
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === 'function') {
      element.addEventListener(name, value as unknown as EventListener);
    } else if (value !== false) {
      element.setAttribute(name, value === true ? '' : String(value));
    }
  }
  element.append(...children);
}

/** An HTML element; a function among the props listens to the event of that name. */
export function html<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  build(element, props, children);
  return element;
}

/** The same for SVG. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: (Node | string)[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  build(element, props, children);
  return element;
}

/** Sets several attributes, leaving alone those that already have the value. */
export function set(element: Element, attributes: Record<string, string | number>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (element.getAttribute(name) !== String(value)) element.setAttribute(name, String(value));
  }
}

/** `-1.25` as people print it: a true minus, two decimals, no negative zero. */
export function number(value: number, digits = 2): string {
  if (Number.isNaN(value)) return '–';
  const text = value.toFixed(digits);
  return Number(text) === 0 ? (0).toFixed(digits) : text.replace('-', '−');
}
