/**
 * What the page may load and from where. No script but our own files: no inline script, no `eval`.
 * Inline styles stay allowed because JupyterLab and Vega set them on elements.
 */
function pagePolicy(host: string): string {
  return policy({
    'default-src': "'self'",
    'script-src': "'self'",
    'style-src': "'self' 'unsafe-inline'",
    'img-src': "'self' data: blob:",
    'media-src': "'self' data: blob:",
    'font-src': "'self' data:",
    // Not every browser takes 'self' to include the WebSockets of the same host.
    'connect-src': `'self' ws://${host}`,
    'frame-src': "'self'",
    'form-action': "'self'",
    'object-src': "'none'",
    'base-uri': "'none'",
    'frame-ancestors': "'none'",
  });
}

/**
 * For content that is not ours: the browser gives it an origin of its own, so it reaches neither
 * the page nor the server, and the network is closed to it.
 */
export const sandboxPolicy = policy({
  sandbox: 'allow-scripts',
  'default-src': "'none'",
  'script-src': "'unsafe-inline'",
  'style-src': "'unsafe-inline'",
  'img-src': 'data: blob:',
  'media-src': 'data: blob:',
  'font-src': 'data:',
  'frame-ancestors': "'self'",
});

/** @param host the request's `Host`, already checked */
export function securityHeaders(host: string): Record<string, string> {
  return {
    'content-security-policy': pagePolicy(host),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  };
}

function policy(directives: Record<string, string>): string {
  return Object.entries(directives)
    .map(([name, value]) => `${name} ${value}`)
    .join('; ');
}
