const ELEMENTS = /<\s*(?:script|iframe|frame|object|embed|link|meta|base|style|svg)\b/i;
const HANDLERS = /<[a-z][^>]*[\s"'/]on[a-z]+\s*=/i;
const SCRIPT_LINKS = /(?:href|src|action)\s*=\s*["']?\s*javascript:/i;

/**
 * Whether markup would do more than stand there: run, load or restyle something, or draw, which
 * sanitising would take out. It is asked of the
 * text, since parsing it in the page's own origin already reports its handlers to the CSP. A wrong
 * yes costs a frame; after a no the markup is sanitised all the same.
 */
export function isActive(markup: string): boolean {
  return ELEMENTS.test(markup) || HANDLERS.test(markup) || SCRIPT_LINKS.test(markup);
}
