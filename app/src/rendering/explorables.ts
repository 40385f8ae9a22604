import type { AnyWidget, Experimental, Host, Initialize, Render } from '@anywidget/types';
import { storageKey } from './explorable-link.ts';
import { ExplorableModel } from './explorable-model.ts';
import { loadState, saveState } from './explorable-store.ts';
import { EXPLORABLE, parseFence } from './fence.ts';

type State = Record<string, unknown>;
type Module = { default: AnyWidget<State>; meta?: { title: string; question: string } };
type Widget = { initialize?: Initialize<State>; render?: Render<State> };
type Cleanup = () => void | Promise<void>;

// Only what was built with the course can be named: a notebook cannot bring code of its own.
const built = import.meta.webpackContext('../../../explorables', {
  recursive: true,
  regExp: /^\.\/(?!shared\/|node_modules\/)[\w-]+\/[\w-]+\.ts$/,
  mode: 'lazy',
});

const names = new Set(built.keys().map((key) => key.slice(2, -'.ts'.length)));

const refuse = () =>
  Promise.reject(new Error('An explorable stands by itself: no kernel, no other widgets.'));
/** What anywidget offers besides the model; an explorable has none of it. */
const noKernel: Experimental = { invoke: refuse };
const alone: Host = { getWidget: refuse, getModel: refuse };

/**
 * Puts the explorables that a rendered Markdown node asks for in their places.
 * @returns what takes them out again
 */
export function mountExplorables(host: HTMLElement, notebook: string): () => void {
  const mounted: Promise<Cleanup | undefined>[] = [];
  for (const code of host.querySelectorAll(`pre > code.language-${EXPLORABLE}`)) {
    const place = document.createElement('div');
    place.className = 'lectern-Explorable';
    place.dataset.testid = 'explorable';
    code.parentElement?.replaceWith(place);
    mounted.push(mount(place, code.textContent ?? '', notebook));
  }
  return () => {
    for (const each of mounted) void each.then((cleanup) => cleanup?.());
  };
}

async function mount(
  place: HTMLElement,
  text: string,
  notebook: string,
): Promise<Cleanup | undefined> {
  // Keys typed into a picture move what is in it; they are no commands to the notebook.
  place.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') event.stopPropagation();
  });
  place.setAttribute('data-lm-suppress-shortcuts', 'true');
  try {
    const { name, state } = parseFence(text);
    place.dataset.explorable = name;
    if (!names.has(name)) throw new Error(`This course has no explorable “${name}”.`);
    place.setAttribute('aria-busy', 'true');
    const module = (await built(`./${name}.ts`)) as Module;
    const widget = await widgetOf(module);
    const key = storageKey(notebook, name, state);
    const model = new ExplorableModel(state, (changed) => saveState(key, name, changed));
    const gone = new AbortController();
    const props = { model, signal: gone.signal, host: alone, experimental: noKernel };
    await widget.initialize?.(props);
    // After `initialize`, which sees the author's state: *Reset* leads back to that.
    const own = loadState(key, name);
    for (const [field, value] of Object.entries(own.state ?? {})) model.set(field, value);
    place.replaceChildren();
    const cleanup = await widget.render?.({ ...props, el: place });
    if (own.linked) place.scrollIntoView({ block: 'center' });
    return async () => {
      gone.abort();
      model.off();
      await cleanup?.();
    };
  } catch (error) {
    place.classList.add('lectern-mod-message');
    place.textContent = error instanceof Error ? error.message : String(error);
    return undefined;
  } finally {
    place.removeAttribute('aria-busy');
  }
}

async function widgetOf({ default: exported }: Module): Promise<Widget> {
  return typeof exported === 'function' ? await exported() : exported;
}
