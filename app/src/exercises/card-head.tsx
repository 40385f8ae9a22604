import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { ICourseStore } from '../course/store.ts';
import type { ExerciseState } from '../course/types.ts';
import { Prose } from './prose.tsx';
import { parseStatement, type Statement } from './statement.ts';
import { difficulty, plural, points, progressOf, progressWords } from './words.ts';

type Options = {
  exercise: string;
  store: ICourseStore;
  rendermime: IRenderMimeRegistry;
  onUnfold(): void;
};

/** The top of an exercise's card: what it is called, what it is worth, what it asks. */
export class CardHead extends ReactWidget {
  constructor(options: Options) {
    super();
    this.addClass('lectern-CardHead');
    this.#options = options;
    options.store.changed.connect(this.onChange, this);
  }

  override dispose(): void {
    this.#options.store.changed.disconnect(this.onChange, this);
    super.dispose();
  }

  protected override render() {
    const { exercise, store, rendermime, onUnfold } = this.#options;
    const state = store.exercise(exercise);
    return state ? (
      <Head state={state} rendermime={rendermime} onUnfold={onUnfold} />
    ) : (
      <p className="lectern-Card-id">Exercise</p>
    );
  }

  private onChange(): void {
    this.update();
  }

  readonly #options: Options;
}

type Props = { state: ExerciseState; rendermime: IRenderMimeRegistry; onUnfold(): void };

function Head({ state, rendermime, onUnfold }: Props) {
  const statement = parseStatement(state.starter);
  const progress = progressOf(state);
  return (
    <>
      <div className="lectern-Card-title">
        <p className="lectern-Card-kicker">Exercise</p>
        <h3>{state.title}</h3>
        <p className="lectern-Card-facts">
          <span>{plural(state.points, 'point')}</span>
          <span title={difficulty(state.difficulty)}>
            <Dots level={state.difficulty} />
            {difficulty(state.difficulty)}
          </span>
          <span>{plural(state.minutes, 'minute')}</span>
          <span className="lectern-Card-progress" data-progress={progress}>
            {progress === 'passed'
              ? `passed, ${points(state.bestPoints)} of ${plural(state.points, 'point')}`
              : progressWords[progress]}
          </span>
        </p>
        <button
          type="button"
          className="lectern-Link lectern-Card-open"
          data-testid="unfold"
          onClick={onUnfold}
        >
          Open again
        </button>
      </div>
      {statement && <Asked statement={statement} rendermime={rendermime} />}
    </>
  );
}

function Dots({ level }: { level: number }) {
  return (
    <span className="lectern-Dots" aria-hidden="true">
      {[1, 2, 3, 4, 5].map((n) => (
        <i key={n} data-on={n <= level} />
      ))}
    </span>
  );
}

function Asked({
  statement,
  rendermime,
}: {
  statement: Statement;
  rendermime: IRenderMimeRegistry;
}) {
  const { text, parameters, returns, examples } = statement;
  return (
    <div className="lectern-Card-statement">
      <Prose text={text} rendermime={rendermime} />
      <dl className="lectern-Signature">
        {parameters.map(({ name, text: about }) => (
          <div key={name}>
            <dt>
              <code>{name}</code>
            </dt>
            <dd>
              <Prose text={about} rendermime={rendermime} />
            </dd>
          </div>
        ))}
        {returns !== '' && (
          <div>
            <dt>returns</dt>
            <dd>
              <Prose text={returns} rendermime={rendermime} />
            </dd>
          </div>
        )}
      </dl>
      {examples.length > 0 && (
        <Prose
          text={`\`\`\`typescript\n${examples.join('\n\n')}\n\`\`\``}
          rendermime={rendermime}
        />
      )}
    </div>
  );
}
