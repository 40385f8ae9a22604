import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { listExercises, loadCourse } from '@lectern/grader/catalogue';
import { describe, expect, it } from 'vitest';
import { exit } from '../../cli/src/errors.ts';
import { lectern, root } from '../cli/lectern.ts';

const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const json = (file: string) => JSON.parse(read(file));

const pages = globSync(['*.md', '{docs,bench,app,kernel,lib,server,grader}/**/*.md'], {
  cwd: root,
  exclude: (name) => name.split(path.sep).includes('node_modules'),
});

/** What the pages show as code: spans between backticks and lines of fenced blocks. */
function codeOf(text: string): string[] {
  const fenced = [...text.matchAll(/^```.*\n([\s\S]*?)^```/gm)].flatMap(([, body]) =>
    (body ?? '').split('\n'),
  );
  const spans = [...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)];
  return [...fenced, ...spans.map(([, span]) => span ?? '')].map((line) => line.trim());
}

const commands = [...new Set(pages.flatMap((page) => codeOf(read(page))))];
const optionsIn = (command: string): string[] => command.match(/(?<= )--[a-z-]+/g) ?? [];

describe('the pages', () => {
  it('link to files that exist', () => {
    const broken = pages.flatMap((page) =>
      [
        ...read(page)
          .replace(/`[^`\n]*`/g, '')
          .matchAll(/\]\((?!https?:|#|mailto:)([^)\s#]+)/g),
      ]
        .map(([, target]) => target ?? '')
        .filter((target) => !existsSync(path.resolve(root, path.dirname(page), target)))
        .map((target) => `${page}: ${target}`),
    );
    expect(broken).toEqual([]);
    expect(pages.length).toBeGreaterThan(5);
  });

  it('name npm scripts that exist', () => {
    const { scripts } = json('package.json');
    const named = commands
      .map((line) => /^npm (?:run )?(start|test|(?<=run )[a-z:-]+)/.exec(line)?.[1])
      .filter((name) => name !== undefined);
    expect(named).toContain('check');
    for (const name of new Set(named)) expect(Object.keys(scripts)).toContain(name);
  });

  it('name verbs and options of lectern that exist', async () => {
    const asked = new Map<string, Set<string>>();
    for (const line of commands) {
      const after = /^(?:npx lectern|npm (?=start -- ))(.*)/.exec(line)?.[1]?.trim();
      const verb = after?.match(/^(kernelspec install|[a-z]+)/)?.[0];
      if (!verb) continue;
      const known = asked.get(verb) ?? new Set();
      for (const option of optionsIn(` ${after}`)) known.add(option);
      asked.set(verb, known);
    }
    expect([...asked.keys()]).toEqual(expect.arrayContaining(['start', 'grade', 'run', 'check']));
    for (const [verb, options] of asked) {
      const { code, stdout } = await lectern(...verb.split(' '), '--help');
      expect({ verb, code }).toEqual({ verb, code: 0 });
      for (const option of options) expect(stdout).toContain(option);
    }
  });

  it('name parts of our packages that can be imported', () => {
    const named = new Set(
      pages.flatMap((page) => read(page).match(/@lectern\/[a-z]+(\/[a-z]+)?/g) ?? []),
    );
    named.delete('@lectern/lib/nn'); // named as what is not offered
    for (const specifier of named) {
      const [, folder = '', part] = specifier.split('/');
      const { exports } = json(`${folder}/package.json`);
      if (part) expect(Object.keys(exports), specifier).toContain(`./${part}`);
    }
  });
});

describe('README', () => {
  const readme = read('README.md');

  it('draws folders that exist, and every folder', () => {
    const tree = /What stands where\n\n```\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
    const lines = tree.trim().split('\n');
    const tracked = lines.filter((line) => !line.includes('(not tracked)'));
    const folders = tracked.map((line) => line.split('/')[0] ?? '');
    for (const folder of folders) expect(existsSync(path.join(root, folder)), folder).toBe(true);
    const { workspaces } = json('package.json') as { workspaces: string[] };
    for (const workspace of workspaces) expect(folders).toContain(workspace.split('/')[0]);
    const inLib = lines.find((line) => line.startsWith('lib/'))?.match(/(?<= )[a-z]+(?=\/)/g);
    for (const part of inLib ?? ['no lib']) {
      expect(existsSync(path.join(root, 'lib', part)), part).toBe(true);
    }
  });

  it('lists the chapters of the course, with as many exercises as they have', () => {
    const rows = [...readme.matchAll(/^\| \[.+\]\((.+)\) \|.*\| (\d+) \| here \|$/gm)];
    const { chapters } = loadCourse(root);
    expect(rows.map(([, file]) => file)).toEqual(chapters.map(({ file }) => `notebooks/${file}`));
    for (const [index, { id }] of chapters.entries()) {
      expect(listExercises(root, id)).toHaveLength(Number(rows[index]?.[2]));
    }
  });
});

describe('the page for instructors', () => {
  const page = read('docs/instructors/README.md');

  it('names the places of an exercise, where each exercise has its files', () => {
    const places = [...page.matchAll(/^\| `([^`]*softmax-weights[^`]*)` \|/gm)];
    expect(places).toHaveLength(7);
    for (const [, place] of places) {
      expect(globSync(place ?? '', { cwd: root }), place).not.toEqual([]);
    }
  });

  it('shows a test that is run', () => {
    const snippet = /```ts\n([\s\S]*?)```/.exec(page)?.[1] ?? 'no snippet';
    const flat = (text: string): string => text.replace(/^\s+/gm, '');
    expect(flat(read('exercises/attention/softmax-weights.test.ts'))).toContain(flat(snippet));
  });

  it('names every status that a report may have', () => {
    const source = read('grader/src/client/report.ts');
    const union = /type ExerciseStatus =([^;]+);/.exec(source)?.[1] ?? '';
    const statuses = union.match(/(?<=')[a-z]+(?=')/g) ?? [];
    expect(statuses.length).toBeGreaterThan(5);
    for (const status of statuses) expect(page).toContain(`\`${status}\``);
  });

  it('says what the exit codes mean, as the help does', async () => {
    const { stdout } = await lectern('--help');
    expect(Object.values(exit)).toEqual([0, 1, 2, 3]);
    for (const code of Object.values(exit)) {
      const meaning = new RegExp(`^\\| ${code} \\| (.+) \\|$`, 'm').exec(page)?.[1];
      expect(stdout).toContain(`${code}  ${meaning}`);
    }
  });
});
