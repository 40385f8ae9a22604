import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ReactWidget } from '@jupyterlab/ui-components';
import { useState } from 'react';
import { api } from '../course/api.ts';
import type { ICourseStore, Verdict } from '../course/store.ts';
import type { ExerciseState } from '../course/types.ts';
import { Compare } from './compare.tsx';
import { confirmGivingUp } from './giving-up.ts';
import { HintButton, Hints } from './hints.tsx';
import { Results } from './results.tsx';

/** What the foot of a card needs of its cell and of the page. */
type CardActions = {
  check(): void;
  /** The answer as it stands in the cell. */
  source(): string;
  /** Puts the starter back; it can be undone. */
  reset(): void;
  undo(): void;
  fold(): void;
  shortcut: string;
};

type Options = {
  exercise: string;
  store: ICourseStore;
  rendermime: IRenderMimeRegistry;
  actions: CardActions;
};

/** The bottom of an exercise's card: what can be done with the answer, and what came of it. */
export class CardFoot extends ReactWidget {
  constructor(options: Options) {
    super();
    this.addClass('lectern-CardFoot');
    this.#options = options;
    options.store.changed.connect(this.onChange, this);
  }

  override dispose(): void {
    this.#options.store.changed.disconnect(this.onChange, this);
    super.dispose();
  }

  protected override render() {
    const { exercise, store, rendermime, actions } = this.#options;
    const verdict = store.verdict(exercise);
    this.node.dataset.verdict =
      verdict?.kind === 'report' ? verdict.report.status : (verdict?.kind ?? 'none');
    return (
      <Foot
        state={store.exercise(exercise)}
        verdict={verdict}
        rendermime={rendermime}
        actions={actions}
        onState={(state) => store.setExercise(state)}
      />
    );
  }

  private onChange(): void {
    this.update();
  }

  readonly #options: Options;
}

type Props = {
  state: ExerciseState | undefined;
  verdict: Verdict | undefined;
  rendermime: IRenderMimeRegistry;
  actions: CardActions;
  onState(state: ExerciseState): void;
};

/** What asks the server, and what went wrong when it did. */
function useServer({ state, onState }: Props) {
  const [solution, setSolution] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const attempt = (work: (known: ExerciseState) => Promise<void>) => () => {
    setProblem(null);
    if (!state) return;
    work(state).catch((error: unknown) => {
      setProblem(error instanceof Error ? error.message : String(error));
    });
  };
  const hint = attempt(async ({ id }) => onState(await api.hint(id)));
  const show = attempt(async (known) => {
    const open = known.passed || known.gaveUp;
    if (!open && !(await confirmGivingUp(known))) return;
    const { source } = await api.solution(known.id, !open);
    setSolution(source);
    if (!open) onState(await api.exercise(known.id));
  });
  return { solution, problem, hint, show, close: () => setSolution(null) };
}

function Foot(props: Props) {
  const { state, verdict, rendermime, actions } = props;
  const server = useServer(props);
  const [wasReset, setWasReset] = useState(false);
  const reset = (back: boolean) => () => {
    if (back) actions.reset();
    else actions.undo();
    setWasReset(back);
  };
  const check = () => {
    setWasReset(false);
    actions.check();
  };
  return (
    <>
      <Row
        {...props}
        onCheck={check}
        onHint={server.hint}
        onReset={reset(true)}
        onShow={server.show}
      />
      {wasReset && (
        <p className="lectern-Card-notice" role="status">
          The starter is back.{' '}
          <button type="button" className="lectern-Link" onClick={reset(false)}>
            Undo
          </button>
        </p>
      )}
      {server.problem && (
        <p className="lectern-Card-notice lectern-mod-trouble" role="alert">
          {server.problem}
        </p>
      )}
      {state && state.hints.length > 0 && <Hints hints={state.hints} rendermime={rendermime} />}
      <Results verdict={verdict} rendermime={rendermime} />
      {server.solution !== null && (
        <Compare own={actions.source()} solution={server.solution} onClose={server.close} />
      )}
    </>
  );
}

type RowProps = Props & {
  onCheck(): void;
  onHint(): void;
  onReset(): void;
  onShow(): void;
};

function Row({ state, verdict, actions, onCheck, onHint, onReset, onShow }: RowProps) {
  const running = verdict?.kind === 'running';
  const open = state ? state.passed || state.gaveUp : false;
  return (
    <div className="lectern-Card-row">
      <button
        type="button"
        className="lectern-Button lectern-mod-primary"
        data-testid="check"
        title={`Check this answer (${actions.shortcut})`}
        // Not `disabled`: a button that is loses the focus, and the reader their place.
        aria-disabled={running}
        onClick={running ? undefined : onCheck}
      >
        {running ? 'Checking…' : 'Check'}
      </button>
      {state && <HintButton state={state} onClick={onHint} />}
      <button
        type="button"
        className="lectern-Button"
        data-testid="reset"
        title="Put the starter back into the cell; this can be undone"
        onClick={onReset}
      >
        Reset
      </button>
      <button type="button" className="lectern-Button" data-testid="show-solution" onClick={onShow}>
        {open ? 'Compare' : 'Show solution'}
      </button>
      {state?.passed && (
        <button
          type="button"
          className="lectern-Button lectern-mod-end"
          data-testid="fold"
          onClick={() => actions.fold()}
        >
          Fold
        </button>
      )}
    </div>
  );
}
