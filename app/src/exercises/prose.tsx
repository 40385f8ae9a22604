import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { MimeModel } from '@jupyterlab/rendermime';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { useEffect, useRef } from 'react';

/**
 * Markdown in a panel: hints, feedback, statements; with formulas and highlighted code. What looks
 * like a shape, `[n, d]`, is marked as one.
 */
export function Prose({ text, rendermime }: { text: string; rendermime: IRenderMimeRegistry }) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!host.current) return;
    const renderer = rendermime.createRenderer('text/markdown');
    Widget.attach(renderer, host.current);
    void renderer.renderModel(new MimeModel({ data: { 'text/markdown': text } })).then(() => {
      for (const code of renderer.node.querySelectorAll(':not(pre) > code')) {
        code.classList.toggle('lectern-Shape', /^\[.*\]$/.test(code.textContent ?? ''));
      }
    });
    return () => {
      // A disposed cell takes its nodes off the page before React hears of it, and Lumino refuses
      // to detach what is gone: tell the renderer that it has happened.
      const gone = renderer.isAttached && !renderer.node.isConnected;
      if (gone) MessageLoop.sendMessage(renderer, Widget.Msg.AfterDetach);
      renderer.dispose();
    };
  }, [text, rendermime]);
  return <div className="lectern-Prose" ref={host} />;
}
