import { ReactWidget } from '@jupyterlab/ui-components';
import type { INavigation } from '../chapter/navigation.ts';
import type { ICourseStore } from '../course/store.ts';
import type { ChapterSummary, Course } from '../course/types.ts';
import { plural } from '../exercises/words.ts';
import { Ring } from './ring.tsx';

type Services = { store: ICourseStore; navigation: INavigation };

/** The course's first page: what it is, its chapters, and where the reader was. */
export class Home extends ReactWidget {
  constructor(services: Services) {
    super();
    this.id = 'lectern-home';
    this.addClass('lectern-Home');
    this.node.dataset.testid = 'home';
    this.#services = services;
    services.store.changed.connect(this.onChange, this);
  }

  protected override render() {
    const { store, navigation } = this.#services;
    const { course, problem } = store;
    let state = <Skeleton />;
    if (course) state = <Contents course={course} navigation={navigation} />;
    else if (problem) state = <Problem message={problem} retry={() => void store.refresh()} />;
    return <div className="lectern-Home-page">{state}</div>;
  }

  private onChange(): void {
    this.update();
  }

  readonly #services: Services;
}

function Skeleton() {
  return (
    <div className="lectern-Skeleton" role="status" aria-label="Loading the course">
      <div className="lectern-Bone lectern-Bone-title" />
      <div className="lectern-Bone" />
      <div className="lectern-Bone lectern-Bone-short" />
      <div className="lectern-Bone lectern-Bone-block" />
    </div>
  );
}

function Problem({ message, retry }: { message: string; retry(): void }) {
  return (
    <div className="lectern-Problem" role="alert" data-testid="home-problem">
      <h1>The course could not be loaded</h1>
      <p>{message}</p>
      <button type="button" className="lectern-Button lectern-mod-primary" onClick={retry}>
        Try again
      </button>
    </div>
  );
}

function Contents({ course, navigation }: { course: Course; navigation: INavigation }) {
  const last = course.chapters.find(({ id }) => id === course.last?.chapter);
  return (
    <>
      <header className="lectern-Home-head">
        <h1>{course.title}</h1>
        <p>{course.description}</p>
        {last && (
          <ChapterLink
            chapter={last}
            navigation={navigation}
            className="lectern-Button lectern-mod-primary lectern-mod-large"
            testid="continue"
          >
            Continue where I was
            <span className="lectern-Home-where">{last.title}</span>
          </ChapterLink>
        )}
      </header>
      <section aria-labelledby="lectern-chapters">
        <h2 id="lectern-chapters">Chapters</h2>
        {course.chapters.length === 0 ? (
          <p className="lectern-Home-empty" data-testid="no-chapters">
            This course has no chapters yet.
          </p>
        ) : (
          <ol className="lectern-Home-chapters">
            {course.chapters.map((chapter) => (
              <li key={chapter.id}>
                <Chapter chapter={chapter} navigation={navigation} />
              </li>
            ))}
          </ol>
        )}
      </section>
    </>
  );
}

function Chapter({ chapter, navigation }: { chapter: ChapterSummary; navigation: INavigation }) {
  const total = chapter.exercises.length;
  const all = total > 0 && chapter.done === total;
  return (
    <article className="lectern-Chapter" data-chapter={chapter.id} data-done={chapter.done}>
      <Ring done={chapter.done} total={total} />
      <div>
        <h3>
          <ChapterLink chapter={chapter} navigation={navigation} testid="chapter-link">
            {chapter.title}
          </ChapterLink>
        </h3>
        <p className="lectern-Chapter-summary">{chapter.summary}</p>
        <p className="lectern-Chapter-facts">
          <span>{readingTime(chapter.minutes)}</span>
          {total > 0 && (
            <span>
              {all
                ? `all ${plural(total, 'exercise')} done`
                : `${chapter.done} of ${plural(total, 'exercise')} done`}
            </span>
          )}
          {chapter.maxPoints > 0 && (
            <span>
              {Math.round(chapter.points * 100) / 100} of {plural(chapter.maxPoints, 'point')}
            </span>
          )}
        </p>
      </div>
    </article>
  );
}

function readingTime(minutes: number): string {
  if (minutes < 90) return `about ${minutes} minutes`;
  const hours = Math.round(minutes / 30) / 2;
  return `about ${String(hours).replace('.5', '½').replace(/^0½/, '½')} hours`;
}

type LinkProps = {
  chapter: ChapterSummary;
  navigation: INavigation;
  className?: string;
  testid: string;
  children: React.ReactNode;
};

function ChapterLink({ chapter, navigation, className, testid, children }: LinkProps) {
  const route = { page: 'chapter', id: chapter.id } as const;
  return (
    <a
      className={className}
      href={navigation.href(route)}
      data-testid={testid}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        navigation.go(route);
      }}
    >
      {children}
    </a>
  );
}
