import { ReactWidget } from '@jupyterlab/ui-components';

/** Stands where a chapter will be: bones while it is fetched, words where that fails. */
export class ChapterProblem extends ReactWidget {
  constructor() {
    super();
    this.id = 'lectern-chapter-problem';
    this.addClass('lectern-Home');
  }

  wait(): void {
    this.#problem = null;
    this.update();
  }

  say(error: unknown, retry: () => void): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#problem = { message, retry };
    this.update();
  }

  protected override render() {
    if (!this.#problem) return <Bones />;
    const { message, retry } = this.#problem;
    return (
      <div className="lectern-Home-page">
        <div className="lectern-Problem" role="alert" data-testid="chapter-problem">
          <h1>This chapter could not be opened</h1>
          <p>{message}</p>
          <button type="button" className="lectern-Button lectern-mod-primary" onClick={retry}>
            Try again
          </button>
        </div>
      </div>
    );
  }

  #problem: { message: string; retry: () => void } | null = null;
}

function Bones() {
  return (
    <div className="lectern-Home-page">
      <div className="lectern-Skeleton" role="status" aria-label="Opening the chapter">
        <div className="lectern-Bone lectern-Bone-title" />
        <div className="lectern-Bone" />
        <div className="lectern-Bone lectern-Bone-short" />
        <div className="lectern-Bone lectern-Bone-block" />
      </div>
    </div>
  );
}
