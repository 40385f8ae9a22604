import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';

/** Classes that the page's own style sheets speak to, but for those that our library's tables wear. */
const OURS = /^(?:jp|lm|cm|lectern)-(?!(?:table|tensor)$)/;
const SUSPICIOUS = /\b(?:jp|lm|cm|lectern)-|<(?:form|input|button)\b|margin/i;

/**
 * A sanitiser that also takes away what would let an output pass for the page itself: the page's own classes (a
 * dialog, a menu, the results of a check), forms that the server would take for the reader's own, and margins that
 * pull an output over its surroundings.
 */
export function scrubbing(sanitizer: IRenderMime.ISanitizer): IRenderMime.ISanitizer {
  return {
    sanitize: (dirty, options) => scrub(sanitizer.sanitize(dirty, options)),
    getAutolink: () => sanitizer.getAutolink?.() ?? true,
    get allowNamedProperties() {
      return sanitizer.allowNamedProperties ?? false;
    },
    allowCommandLinker: false,
  };
}

function scrub(html: string): string {
  if (!SUSPICIOUS.test(html)) return html;
  const { body } = new DOMParser().parseFromString(html, 'text/html');
  for (const element of body.querySelectorAll<HTMLElement>('[class]')) {
    for (const name of [...element.classList]) {
      if (OURS.test(name)) element.classList.remove(name);
    }
  }
  for (const element of body.querySelectorAll<HTMLElement>('[style]')) {
    for (const name of [...element.style]) {
      if (!name.startsWith('margin')) continue;
      if (/-|calc|var/.test(element.style.getPropertyValue(name)))
        element.style.removeProperty(name);
    }
  }
  for (const form of body.querySelectorAll('form')) form.replaceWith(...form.childNodes);
  for (const control of body.querySelectorAll('button, input, select, textarea')) {
    for (const name of ['form', 'formaction', 'formmethod']) control.removeAttribute(name);
  }
  return body.innerHTML;
}
