import { ReactWidget } from '@jupyterlab/ui-components';
import type { ICourseStore } from '../course/store.ts';
import type { ChapterSummary } from '../course/types.ts';
import { bringBack } from '../exercises/bring-back.ts';
import { type Progress, progressOf, progressWords } from '../exercises/words.ts';
import { exerciseCells } from '../notebook/finding.ts';
import type { LecternShell } from '../platform/shell.ts';
import type { ChapterView } from './chapter-view.ts';
import type { IChapters } from './chapters.ts';
import type { INavigation } from './navigation.ts';

type Services = {
  shell: LecternShell;
  store: ICourseStore;
  chapters: IChapters;
  navigation: INavigation;
};

/** The rail follows the reader down the chapter. */
const keepInSight = (button: HTMLElement | null) => button?.scrollIntoView({ block: 'nearest' });

/** The rail at the left: the course's chapters, and what the open one holds. */
export class Rail extends ReactWidget {
  constructor(services: Services) {
    super();
    this.addClass('lectern-Rail');
    this.#services = services;
    const { store, chapters, navigation } = services;
    for (const signal of [store.changed, chapters.changed, navigation.changed]) {
      signal.connect(this.onChange, this);
    }
  }

  protected override render() {
    return <Contents {...this.#services} />;
  }

  private onChange(): void {
    this.update();
  }

  readonly #services: Services;
}

function Contents({ shell, store, chapters, navigation }: Services) {
  const { route } = navigation;
  const open = route.page === 'chapter' ? route.id : null;
  const view = chapters.current?.id === open ? chapters.current : null;
  const chosen = () => shell.closeDrawer();
  return (
    <>
      <section aria-label="Chapters">
        <h2>Chapters</h2>
        <ul className="lectern-Rail-chapters">
          {store.course?.chapters.map((chapter) => (
            <li key={chapter.id}>
              <a
                href={navigation.href({ page: 'chapter', id: chapter.id })}
                aria-current={chapter.id === open ? 'page' : undefined}
                onClick={(event) => {
                  if (event.metaKey || event.ctrlKey) return;
                  event.preventDefault();
                  navigation.go({ page: 'chapter', id: chapter.id });
                  chosen();
                }}
              >
                {chapter.title}
                <Count chapter={chapter} />
              </a>
            </li>
          ))}
        </ul>
      </section>
      {view && <Outline view={view} onChoose={chosen} />}
      {view && <Exercises view={view} store={store} onChoose={chosen} />}
    </>
  );
}

function Count({ chapter }: { chapter: ChapterSummary }) {
  const total = chapter.exercises.length;
  if (total === 0) return null;
  return (
    <span className="lectern-Rail-count" title={`${chapter.done} of ${total} exercises done`}>
      {chapter.done}/{total}
    </span>
  );
}

type PartProps = { view: ChapterView; onChoose(): void };

function Outline({ view, onChoose }: PartProps) {
  // The chapter's own title stands in the bar.
  const headings = view.headings.filter(({ level }) => level > 1);
  if (headings.length === 0) return null;
  const here = headings[view.position.section(headings)];
  return (
    <section aria-label="In this chapter">
      <h2>In this chapter</h2>
      <ul className="lectern-Rail-outline" data-testid="outline">
        {headings.map((heading) => (
          <li key={`${heading.cellId}:${heading.index}`} data-level={heading.level}>
            <button
              ref={heading === here ? keepInSight : null}
              type="button"
              aria-current={heading === here ? 'location' : undefined}
              onClick={() => {
                void view.position.visit(heading.cellId, heading.index);
                onChoose();
              }}
            >
              {heading.text}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

const MARKS: Record<Progress, string> = { passed: '✓', started: '◐', 'given-up': '◌', open: '○' };

function Exercises({ view, store, onChoose }: PartProps & { store: ICourseStore }) {
  const cells = view.panel.isDisposed ? [] : exerciseCells(view.panel);
  const order = store.course?.chapters.find(({ id }) => id === view.id)?.exercises ?? [];
  if (cells.length === 0 && order.length === 0) return null;
  const lost = order.filter((id) => !cells.some((each) => each.id === id));
  const restore = (id: string) => {
    const state = store.exercise(id);
    const cell = state && bringBack(view.panel, state, order);
    if (cell) void view.position.visit(cell);
    onChoose();
  };
  return (
    <section aria-label="Exercises">
      <h2>Exercises</h2>
      <ul className="lectern-Rail-exercises" data-testid="exercises">
        {cells.map(({ id, cell }) => {
          const state = store.exercise(id);
          const progress = progressOf(state);
          return (
            <li key={`${id}:${cell.model.id}`}>
              <button
                type="button"
                data-exercise-link={id}
                data-progress={progress}
                onClick={() => {
                  void view.position.visit(cell.model.id);
                  onChoose();
                }}
              >
                <span aria-hidden="true">{MARKS[progress]}</span>
                {state?.title ?? id}
                <span className="lectern-visually-hidden">, {progressWords[progress]}</span>
              </button>
            </li>
          );
        })}
        {lost.map((id) => (
          <li key={id}>
            <button
              type="button"
              data-lost-exercise={id}
              title="Its cell was deleted: put it back with the starter"
              onClick={() => restore(id)}
            >
              <span aria-hidden="true">+</span>
              <span>
                {store.exercise(id)?.title ?? id}
                <span className="lectern-Rail-lost"> deleted: bring it back</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
