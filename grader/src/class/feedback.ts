import type { ExerciseReport, TestReport } from '../client/report.ts';
import type { GradedNotebook, StudentReport } from './records.ts';

const WORDS: Record<ExerciseReport['status'], string> = {
  passed: 'solved',
  failed: 'not solved yet',
  unanswered: 'not answered',
  missing: 'its cell is missing',
  error: 'the cell does not run',
  timeout: 'ran out of time',
  ungradable: 'could not be graded; that is our fault and costs nothing',
};

/** A student's report as Markdown, to be handed back. */
export function feedbackOf({ student, notebooks, points, maxPoints }: StudentReport): string {
  const parts = [`# ${student}: ${points} of ${maxPoints} points`, ...notebooks.map(ofNotebook)];
  return `${parts.join('\n\n')}\n`;
}

function ofNotebook({ notebook, submittedAt, report, problem }: GradedNotebook): string {
  const time = submittedAt ? `, handed in ${submittedAt.slice(0, 16).replace('T', ' ')} UTC` : '';
  const parts = [`## ${notebook}${time}`];
  if (problem !== null) parts.push(problem);
  return [...parts, ...(report?.exercises ?? []).map(ofExercise)].join('\n\n');
}

function ofExercise(exercise: ExerciseReport): string {
  const { title, points, maxPoints, status, message, error, mistake, tests, penalty } = exercise;
  const place = error?.line ? ` (line ${error.line} of your cell)` : '';
  const parts = [`### ${title}: ${points ?? '–'} of ${maxPoints}, ${WORDS[status]}`];
  if (message) parts.push(message);
  if (error) parts.push(code(`${error.name}: ${error.message}${place}`));
  if (mistake) parts.push(mistake.feedback);
  const failed = tests.filter((test) => test.status !== 'passed' && test.message !== null);
  if (status !== 'unanswered' && status !== 'missing') parts.push(...failed.map(ofTest));
  if (penalty > 0) parts.push(`Hints cost ${penalty} of the points.`);
  return parts.join('\n\n');
}

function ofTest({ name, visibility, message, detail, thrown }: TestReport): string {
  const kind = visibility === 'hidden' ? ' (hidden)' : '';
  const parts = [`- **${name}**${kind}`];
  if (message) parts.push(indented(message));
  if (visibility === 'hidden' && thrown) {
    const line = thrown.line === null ? '' : ` on line ${thrown.line} of your cell`;
    parts.push(indented(`Your code threw ${thrown.name}${line}.`));
  }
  if (detail) {
    const { call, expected, actual } = detail;
    parts.push(indented(code(`${call}\n\nexpected\n${expected}\n\ngot\n${actual}`)));
  }
  return parts.join('\n\n');
}

const indented = (text: string): string => text.replaceAll(/^(?=.)/gm, '  ');

/** A fenced block that what stands inside cannot close. */
function code(text: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}
