import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { ExerciseState } from '../course/types.ts';
import { Prose } from './prose.tsx';

/** Asks for the next rung: *Hint 2 of 3*. */
export function HintButton({ state, onClick }: { state: ExerciseState; onClick(): void }) {
  const shown = state.hints.length;
  const total = state.hintsTotal;
  if (total === 0) return null;
  return (
    <button
      type="button"
      className="lectern-Button"
      data-testid="hint"
      aria-disabled={shown >= total}
      title={shown < total ? priceInWords(state) : undefined}
      onClick={shown < total ? onClick : undefined}
    >
      {shown < total ? `Hint ${shown + 1} of ${total}` : 'All hints shown'}
    </button>
  );
}

/** What the next hint costs, where it costs anything. */
function priceInWords({ hintPrice, passed }: ExerciseState): string | undefined {
  if (hintPrice === 0 || passed) return undefined;
  return `Costs ${hintPrice} ${hintPrice === 1 ? 'point' : 'points'}`;
}

/** The rungs that were asked for so far. */
export function Hints({ hints, rendermime }: { hints: string[]; rendermime: IRenderMimeRegistry }) {
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
