import { PageConfig, URLExt } from '@jupyterlab/coreutils';

const TALLEST = 800;
const SHORTEST = 16;

/**
 * Shows output that runs scripts in a frame of an origin of its own, without the page's cookie: it
 * can draw and compute, and reach nothing of the reader's.
 *
 * Messages: frame → `lectern:ready`; page → `lectern:render` with the HTML; frame →
 * `lectern:height` whenever its content grows or shrinks.
 *
 * @returns what stops listening to the frame
 */
export function openSandbox(host: HTMLElement, html: string): () => void {
  const frame = document.createElement('iframe');
  frame.className = 'lectern-Sandbox';
  frame.title = 'Output that runs scripts';
  frame.setAttribute('sandbox', 'allow-scripts');
  frame.src = URLExt.join(PageConfig.getBaseUrl(), 'lectern/sandbox');
  const listen = ({ source, data }: MessageEvent) => {
    if (source === null || source !== frame.contentWindow) return;
    if (data?.type === 'lectern:ready') {
      // The frame's origin is opaque: it has no name to address it by.
      frame.contentWindow?.postMessage({ type: 'lectern:render', html }, '*');
    }
    const height: unknown = data?.type === 'lectern:height' ? data.height : null;
    if (typeof height === 'number' && Number.isFinite(height)) {
      frame.style.height = `${Math.min(Math.max(height, SHORTEST), TALLEST)}px`;
    }
  };
  window.addEventListener('message', listen);
  host.replaceChildren(frame);
  return () => window.removeEventListener('message', listen);
}
