// Runs before the first paint: a reader's chosen theme must not flash through another one.
import { applyTheme, readChoice } from './theme-choice.ts';

applyTheme(readChoice());
