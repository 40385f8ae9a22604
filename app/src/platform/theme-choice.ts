/** What a reader can choose; `system` follows the machine's own preference. */
export type ThemeChoice = 'system' | 'light' | 'dark' | 'contrast';

/** What is drawn in the end. */
export type Theme = 'light' | 'dark' | 'contrast';

const KEY = 'lectern:theme';
const CHOICES: readonly string[] = ['system', 'light', 'dark', 'contrast'];

export function readChoice(): ThemeChoice {
  const stored = localStorage.getItem(KEY) ?? 'system';
  return CHOICES.includes(stored) ? (stored as ThemeChoice) : 'system';
}

export function writeChoice(choice: ThemeChoice): void {
  localStorage.setItem(KEY, choice);
}

function resolveTheme(choice: ThemeChoice): Theme {
  if (choice !== 'system') return choice;
  if (matchMedia('(prefers-contrast: more)').matches) return 'contrast';
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

/** Marks the page's root; css/tokens.css reads the mark. Returns the theme that is drawn. */
export function applyTheme(choice: ThemeChoice): Theme {
  const theme = resolveTheme(choice);
  document.documentElement.dataset.theme = theme;
  return theme;
}
