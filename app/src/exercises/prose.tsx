import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { MimeModel } from '@jupyterlab/rendermime';
import { Widget } from '@lumino/widgets';
import { useEffect, useRef } from 'react';

/** Markdown in a panel: hints, feedback, statements; with formulas and highlighted code. */
export function Prose({ text, rendermime }: { text: string; rendermime: IRenderMimeRegistry }) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!host.current) return;
    const renderer = rendermime.createRenderer('text/markdown');
    Widget.attach(renderer, host.current);
    void renderer.renderModel(new MimeModel({ data: { 'text/markdown': text } }));
    return () => renderer.dispose();
  }, [text, rendermime]);
  return <div className="lectern-Prose" ref={host} />;
}
