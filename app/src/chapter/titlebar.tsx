import { ReactWidget } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { ICourseStore } from '../course/store.ts';
import type { LecternShell } from '../platform/shell.ts';
import type { IThemes } from '../platform/theme.ts';
import type { ThemeChoice } from '../platform/theme-choice.ts';
import type { SaveState } from './autosave.ts';
import type { IChapters } from './chapters.ts';
import { commandIds } from './commands.ts';
import { HelpMenu } from './help.tsx';
import { Icon } from './icons.tsx';
import { type KernelState, kernelWords } from './kernel-words.ts';
import type { INavigation } from './navigation.ts';

type Services = {
  shell: LecternShell;
  commands: CommandRegistry;
  store: ICourseStore;
  chapters: IChapters;
  navigation: INavigation;
  themes: IThemes;
};

/** The bar over the page: where one is, how kernel and file do, and what can be run. */
export class TitleBar extends ReactWidget {
  constructor(services: Services) {
    super();
    this.addClass('lectern-TitleBar');
    this.#services = services;
    const { shell, store, chapters, navigation, themes } = services;
    for (const signal of [
      shell.railChanged,
      store.changed,
      chapters.changed,
      navigation.changed,
      themes.changed,
    ]) {
      signal.connect(this.onChange, this);
    }
  }

  protected override render() {
    return <Bar {...this.#services} />;
  }

  private onChange(): void {
    this.update();
  }

  readonly #services: Services;
}

function Bar({ shell, commands, store, chapters, navigation, themes }: Services) {
  const { route } = navigation;
  const view = route.page === 'chapter' ? chapters.current : null;
  const chapter =
    route.page === 'chapter' ? store.course?.chapters.find(({ id }) => id === route.id) : undefined;
  const run = (command: string) => () => void commands.execute(command);
  return (
    <>
      {route.page === 'chapter' && (
        <button
          type="button"
          className="lectern-IconButton"
          data-testid="toggle-rail"
          aria-expanded={shell.railVisible}
          aria-controls="lectern-left"
          title={shell.railVisible ? 'Hide the outline' : 'Show the outline'}
          aria-label="Outline"
          onClick={() => shell.toggleRail()}
        >
          <Icon name="menu" />
        </button>
      )}
      <a
        className="lectern-TitleBar-name"
        href={navigation.href({ page: 'home' })}
        data-testid="home-link"
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey) return;
          event.preventDefault();
          navigation.go({ page: 'home' });
        }}
      >
        Lectern
      </a>
      {chapter && <span className="lectern-TitleBar-chapter">{chapter.title}</span>}
      <span className="lectern-TitleBar-space" />
      {view && (
        <>
          <KernelStatus state={view.kernel} run={run} />
          <div className="lectern-TitleBar-actions">
            <BarButton
              label="Run all"
              icon="run"
              title="Run all cells from the top"
              testid="run-all"
              onClick={run(commandIds.runAll)}
            />
            <BarButton
              label="Check all"
              icon="check"
              title="Check all exercises of this chapter"
              testid="check-all"
              onClick={run(commandIds.checkAll)}
            />
            <BarButton
              label="Submit"
              icon="submit"
              title="Hand this chapter in: a copy that is never changed, with a receipt"
              testid="submit"
              onClick={run(commandIds.submit)}
            />
          </div>
          <SaveStatus state={view.autosave.state} reason={view.autosave.reason} />
        </>
      )}
      <ThemeToggle themes={themes} />
      <HelpMenu themes={themes} onChangeKernel={view ? run(commandIds.changeKernel) : undefined} />
    </>
  );
}

type ButtonProps = {
  label: string;
  icon: Parameters<typeof Icon>[0]['name'];
  title: string;
  testid: string;
  onClick(): void;
};

function BarButton({ label, icon, title, testid, onClick }: ButtonProps) {
  return (
    <button
      type="button"
      className="lectern-BarButton"
      title={title}
      data-testid={testid}
      onClick={onClick}
    >
      <Icon name={icon} />
      <span>{label}</span>
    </button>
  );
}

function KernelStatus({
  state,
  run,
}: {
  state: KernelState;
  run: (command: string) => () => void;
}) {
  return (
    <div className="lectern-Kernel" data-kernel-state={state} data-testid="kernel">
      <span className="lectern-Kernel-dot" aria-hidden="true" />
      <span role="status">
        <span className="lectern-Kernel-what">Kernel </span>
        {kernelWords[state]}
      </span>
      <button
        type="button"
        className="lectern-IconButton"
        title="Interrupt what runs (I, I)"
        aria-label="Interrupt the kernel"
        data-testid="interrupt"
        disabled={state !== 'busy'}
        onClick={run(commandIds.interrupt)}
      >
        <Icon name="stop" />
      </button>
      <button
        type="button"
        className="lectern-IconButton"
        title="Restart the kernel: all variables are forgotten (0, 0)"
        aria-label="Restart the kernel"
        data-testid="restart"
        onClick={run(commandIds.restart)}
      >
        <Icon name="restart" />
      </button>
    </div>
  );
}

const saveWords: Record<SaveState, string> = {
  saved: 'saved',
  saving: 'saving…',
  unsaved: 'not saved',
};

function SaveStatus({ state, reason }: { state: SaveState; reason: string }) {
  return (
    <span
      className="lectern-SaveState"
      data-save-state={state}
      data-testid="save-state"
      role="status"
      title={
        state === 'unsaved'
          ? `${reason} What you wrote is still in this page; Ctrl+S tries again.`
          : undefined
      }
    >
      {saveWords[state]}
    </span>
  );
}

function ThemeToggle({ themes }: { themes: IThemes }) {
  const next: ThemeChoice = themes.theme === 'dark' ? 'light' : 'dark';
  return (
    <button
      type="button"
      className="lectern-IconButton"
      title={`Switch to the ${next} theme`}
      aria-label={`Switch to the ${next} theme`}
      data-testid="theme"
      onClick={() => themes.choose(next)}
    >
      <Icon name="theme" />
    </button>
  );
}
