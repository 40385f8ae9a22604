import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { Verdict } from '../course/store.ts';
import type { ExerciseReport, TestResult } from '../course/types.ts';
import { markDifferences, type Piece } from './diff.ts';
import { Prose } from './prose.tsx';
import { headline, plural, testStatus } from './words.ts';

const ICONS: Record<TestResult['status'], string> = {
  passed: '✓',
  failed: '✕',
  timeout: '◷',
  crashed: '✕',
  'not-run': '–',
};

type Props = { verdict: Verdict | undefined; rendermime: IRenderMimeRegistry };

/** What *Check* found: one sentence, the teacher's note, then the tests. */
export function Results({ verdict, rendermime }: Props) {
  if (!verdict) return null;
  if (verdict.kind === 'running') {
    return (
      <p className="lectern-Results-running" role="status">
        Checking your answer…
      </p>
    );
  }
  if (verdict.kind === 'trouble') {
    return (
      <p className="lectern-Results-headline lectern-mod-trouble" role="alert">
        {verdict.message}
      </p>
    );
  }
  const { report } = verdict;
  return (
    <div className="lectern-Results" data-testid="results">
      <p
        className="lectern-Results-headline"
        data-status={report.status}
        data-testid="headline"
        role="status"
      >
        {headline(report)}
      </p>
      {report.error && <StudentError error={report.error} />}
      {report.mistake && (
        <aside className="lectern-Note" data-testid="mistake">
          <h4>A note on your answer</h4>
          <Prose text={report.mistake.feedback} rendermime={rendermime} />
        </aside>
      )}
      <Tests report={report} />
      {report.output !== '' && (
        <details className="lectern-Results-output">
          <summary>What your code printed</summary>
          <pre>{report.output}</pre>
        </details>
      )}
    </div>
  );
}

function StudentError({ error }: { error: NonNullable<ExerciseReport['error']> }) {
  const where = error.line === null ? '' : `Line ${error.line}: `;
  return (
    <pre className="lectern-Results-error" data-testid="student-error">
      {where}
      <strong>{error.name}</strong>: {error.message}
    </pre>
  );
}

function Tests({ report }: { report: ExerciseReport }) {
  // Where no test was reached the headline has said why.
  if (report.tests.every(({ status }) => status === 'not-run')) return null;
  const firstFailing = report.tests.find(
    ({ visibility, status }) => visibility === 'public' && status !== 'passed',
  );
  // The open tests come first: what hidden ones ask is read once those are met.
  const isOpen = (test: TestResult) =>
    test === firstFailing || (!firstFailing && test.visibility === 'hidden');
  const list = (
    <ul className="lectern-Tests">
      {report.tests.map((test) => (
        <Test key={`${test.visibility}:${test.name}`} test={test} open={isOpen(test)} />
      ))}
    </ul>
  );
  if (report.status !== 'passed') return list;
  // A pass says itself in one line; the tests can be looked at.
  return (
    <details className="lectern-Results-all">
      <summary>Show the {plural(report.tests.length, 'test')}</summary>
      {list}
    </details>
  );
}

function Test({ test, open }: { test: TestResult; open: boolean }) {
  const { name, status, visibility, message, detail } = test;
  const title = (
    <>
      <span className="lectern-Test-icon" aria-hidden="true">
        {ICONS[status]}
      </span>
      <span className="lectern-Test-name">{name}</span>
      {visibility === 'hidden' && <span className="lectern-Tag">hidden</span>}
      <span className="lectern-Test-status">{testStatus(status)}</span>
    </>
  );
  const attributes = { 'data-test-status': status, 'data-visibility': visibility };
  if (status === 'passed' || status === 'not-run' || (!message && !detail)) {
    return (
      <li className="lectern-Test" {...attributes}>
        <div className="lectern-Test-row">{title}</div>
      </li>
    );
  }
  return (
    <li className="lectern-Test" {...attributes}>
      <details open={open}>
        <summary className="lectern-Test-row">{title}</summary>
        <div className="lectern-Test-body">
          {detail?.call && <pre className="lectern-Test-call">{detail.call}</pre>}
          {message && <p className="lectern-Test-message">{message}</p>}
          {status === 'failed' && detail?.expected !== undefined && detail.actual !== undefined && (
            <SideBySide expected={detail.expected} actual={detail.actual} />
          )}
        </div>
      </details>
    </li>
  );
}

function SideBySide({ expected, actual }: { expected: string; actual: string }) {
  const [left, right] = markDifferences(expected, actual);
  return (
    <div className="lectern-SideBySide">
      <figure>
        <figcaption>Expected</figcaption>
        <Marked pieces={left} />
      </figure>
      <figure>
        <figcaption>Yours</figcaption>
        <Marked pieces={right} />
      </figure>
    </div>
  );
}

function Marked({ pieces }: { pieces: Piece[] }) {
  let at = 0;
  return (
    <pre>
      {pieces.map(({ text, differs }) => {
        const key = at;
        at += text.length;
        return differs ? <mark key={key}>{text}</mark> : <span key={key}>{text}</span>;
      })}
    </pre>
  );
}
