import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { ExerciseState } from '../course/types.ts';

/** Asks whether the solution shall be shown to one who has not passed. */
export async function confirmGivingUp({ hints, hintsTotal }: ExerciseState): Promise<boolean> {
  const left = hintsTotal - hints.length;
  const rungs = left === 1 ? 'One hint is left. ' : `${left} hints are left. `;
  const { button } = await showDialog({
    title: 'Show the solution?',
    body: `${left > 0 ? rungs : ''}Once it is shown, the course records that you have seen it.`,
    buttons: [Dialog.cancelButton({ label: 'Keep trying' }), Dialog.okButton({ label: 'Show it' })],
    defaultButton: 0,
  });
  return button.accept;
}
