import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ReactWidget } from '@jupyterlab/ui-components';
import { useState } from 'react';
import { api } from '../course/api.ts';
import type { ICourseStore, Verdict } from '../course/store.ts';
import type { ExerciseState } from '../course/types.ts';
import { Compare } from './compare.tsx';
import { Prose } from './prose.tsx';
import { Results } from './results.tsx';

/** What the foot of a card needs of its cell and of the page. */
export type CardActions = {
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

function Foot({ state, verdict, rendermime, actions, onState }: Props) {
  const [solution, setSolution] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [wasReset, setWasReset] = useState(false);
  const running = verdict?.kind === 'running';
  const open = state ? state.passed || state.gaveUp : false;

  /** Runs what asks the server and says what went wrong beside the buttons. */
  const attempt = (work: () => Promise<void>) => () => {
    setProblem(null);
    work().catch((error: unknown) => {
      setProblem(error instanceof Error ? error.message : String(error));
    });
  };
  const hint = attempt(async () => {
    if (state) onState(await api.hint(state.id));
  });
  const show = attempt(async () => {
    if (!state) return;
    if (!open && !(await confirmGivingUp(state))) return;
    const { source } = await api.solution(state.id, !open);
    setSolution(source);
    if (!open) onState(await api.exercise(state.id));
  });
  const reset = () => {
    actions.reset();
    setWasReset(true);
  };
  const undo = () => {
    actions.undo();
    setWasReset(false);
  };

  return (
    <>
      <div className="lectern-Card-row" role="toolbar" aria-label="Your answer">
        <button
          type="button"
          className="lectern-Button lectern-mod-primary"
          data-testid="check"
          title={`Check this answer (${actions.shortcut})`}
          disabled={running}
          onClick={() => {
            setWasReset(false);
            actions.check();
          }}
        >
          {running ? 'Checking…' : 'Check'}
        </button>
        {state && <HintButton state={state} onClick={hint} />}
        <button
          type="button"
          className="lectern-Button"
          data-testid="reset"
          title="Put the starter back into the cell; this can be undone"
          onClick={reset}
        >
          Reset
        </button>
        <button type="button" className="lectern-Button" data-testid="show-solution" onClick={show}>
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
      {wasReset && (
        <p className="lectern-Card-notice" role="status">
          The starter is back.{' '}
          <button type="button" className="lectern-Link" onClick={undo}>
            Undo
          </button>
        </p>
      )}
      {problem && (
        <p className="lectern-Card-notice lectern-mod-trouble" role="alert">
          {problem}
        </p>
      )}
      {state && state.hints.length > 0 && <Hints hints={state.hints} rendermime={rendermime} />}
      <Results verdict={verdict} rendermime={rendermime} />
      {solution !== null && (
        <Compare own={actions.source()} solution={solution} onClose={() => setSolution(null)} />
      )}
    </>
  );
}

function HintButton({ state, onClick }: { state: ExerciseState; onClick(): void }) {
  const shown = state.hints.length;
  const total = state.hintsTotal;
  if (total === 0) return null;
  return (
    <button
      type="button"
      className="lectern-Button"
      data-testid="hint"
      disabled={shown >= total}
      onClick={onClick}
    >
      {shown < total ? `Hint ${shown + 1} of ${total}` : 'All hints shown'}
    </button>
  );
}

function Hints({ hints, rendermime }: { hints: string[]; rendermime: IRenderMimeRegistry }) {
  return (
    <ol className="lectern-Hints" aria-label="Hints" data-testid="hints">
      {hints.map((text) => (
        <li key={text}>
          <Prose text={text} rendermime={rendermime} />
        </li>
      ))}
    </ol>
  );
}

async function confirmGivingUp({ hints, hintsTotal }: ExerciseState): Promise<boolean> {
  const left = hintsTotal - hints.length;
  const body =
    left > 0
      ? `${left === 1 ? 'One hint is' : `${left} hints are`} left. Once the solution is shown, the course records that you have seen it.`
      : 'Once the solution is shown, the course records that you have seen it.';
  const { button } = await showDialog({
    title: 'Show the solution?',
    body,
    buttons: [Dialog.cancelButton({ label: 'Keep trying' }), Dialog.okButton({ label: 'Show it' })],
    defaultButton: 0,
  });
  return button.accept;
}
