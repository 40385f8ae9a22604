import { useEffect, useRef, useState } from 'react';
import type { IThemes } from '../platform/theme.ts';
import type { ThemeChoice } from '../platform/theme-choice.ts';
import { Icon } from './icons.tsx';

const ACCEL = /mac/i.test(navigator.platform) ? '⌘' : 'Ctrl';

const shortcuts: [keys: string, does: string][] = [
  ['Shift Enter', 'run the cell, go to the next'],
  [`${ACCEL} Enter`, 'run the cell, stay'],
  [`${ACCEL} Shift Enter`, 'check the exercise'],
  ['Tab', 'complete what is being typed'],
  ['Shift Tab', 'explain what stands at the cursor'],
  ['F8', 'go to the next problem of the cell'],
  ['F2', 'rename what stands at the cursor, in all cells'],
  ['F12', 'go to where it is declared'],
  [`${ACCEL} S`, 'save now'],
  [`${ACCEL} F`, 'find in the chapter'],
  ['Esc / Enter', 'leave / enter a cell'],
  ['A / B', 'add a cell above / below'],
  ['D, D', 'delete the cell'],
  ['Z', 'bring a deleted cell back'],
  ['M / Y', 'make it a text / code cell'],
  ['I, I', 'interrupt what runs'],
  ['0, 0', 'restart the kernel'],
];

const choices: [ThemeChoice, string][] = [
  ['system', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
  ['contrast', 'High contrast'],
];

type Props = {
  themes: IThemes;
  /** Absent where no chapter is open. */
  onChangeKernel?: (() => void) | undefined;
};

/** A menu with the keys one can press and the themes one can choose. */
export function HelpMenu({ themes, onChangeKernel }: Props) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    if (!open) return;
    const outside = (event: PointerEvent) => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    const onEscape = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      setOpen(false);
      button.current?.focus();
    };
    document.addEventListener('pointerdown', outside);
    document.addEventListener('keydown', onEscape, true);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('keydown', onEscape, true);
    };
  }, [open]);

  return (
    <div className="lectern-Help" ref={root}>
      <button
        type="button"
        ref={button}
        className="lectern-IconButton"
        aria-expanded={open}
        aria-label="Keys and appearance"
        title="Keys and appearance"
        data-testid="help"
        onClick={() => setOpen(!open)}
      >
        <Icon name="help" />
      </button>
      {open && (
        <div className="lectern-Help-sheet" data-testid="help-sheet">
          <h2>Appearance</h2>
          <div className="lectern-Choices" role="radiogroup" aria-label="Appearance">
            {choices.map(([choice, label]) => (
              <label key={choice}>
                <input
                  type="radio"
                  name="lectern-theme"
                  checked={themes.choice === choice}
                  onChange={() => themes.choose(choice)}
                />
                {label}
              </label>
            ))}
          </div>
          {onChangeKernel && (
            <>
              <h2>Kernel</h2>
              <button
                type="button"
                className="lectern-Link"
                data-testid="change-kernel"
                onClick={() => {
                  setOpen(false);
                  onChangeKernel();
                }}
              >
                Run this chapter with another kernel…
              </button>
            </>
          )}
          <h2>Keys</h2>
          <dl>
            {shortcuts.map(([keys, does]) => (
              <div key={keys}>
                <dt>
                  <kbd>{keys}</kbd>
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
        </div>
      )}
    </div>
  );
}
