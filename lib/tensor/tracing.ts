/** Whether a function is being written down that will be run again and again. */

import { Mode } from '../interrupts.ts';

const tracing = new Mode();

export const isTracing = (): boolean => tracing.isOn;

/** Runs `f` as one that will be run again: what it draws from generators is drawn at each run. */
export const whileTracing = <R>(f: () => R): R => tracing.during(f);
