/** What the documents name is there: variables, commands, npm scripts, files. */
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { channels } from '../bots/index.js';
import { packageRoot } from '../src/base/package-root.js';
import { VARIABLES } from '../src/config/env.js';
import { run } from './cli/run.js';

const root = packageRoot();
const folder = mkdtempSync(join(tmpdir(), 'gate-docs-'));
const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  'bots/README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const found = (text: string, pattern: RegExp): readonly string[] => [
  ...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? '')),
];

test("the README's table of variables names each one that the gate reads, and no other", () => {
  const readme = read('README.md');
  const table = readme.slice(readme.indexOf('| variable '), readme.indexOf('| in `sites.toml`'));
  const named = table.split('\n').flatMap((row) => found(row.split(' | ')[0] ?? '', /`([A-Z][A-Z0-9_]+)`/g));
  const known = [...Object.keys(VARIABLES), ...channels.flatMap((entry) => Object.keys(entry.variables))];

  expect([...named].sort()).toEqual([...known].sort());
});

describe.each(DOCUMENTS)('%s', (path) => {
  const text = read(path);

  test('names only commands that the CLI has', async () => {
    const verbs = found(text, /(?:`|^|\$ |npx )gate ([a-z]+(?:-[a-z]+)*)(?=[ `\n])/gm);

    for (const verb of verbs) expect([verb, (await run({ folder }, verb, '--help')).code]).toEqual([verb, 0]);
  });

  test('names only npm scripts that there are', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Readonly<Record<string, string>> };

    expect(found(text, /npm run ([a-z]+)/g).filter((name) => !(name in scripts))).toEqual([]);
  });

  test('links only to files that there are', () => {
    const linked = found(text, /\]\((?!https?:|#)([^)#\s]+)/g);

    expect(linked.filter((to) => !existsSync(join(root, dirname(path), to)))).toEqual([]);
  });

  test('names only files of this repository that there are', () => {
    const named = found(text, /`((?:src|test|bots|cards|bench|docs|scripts|deploy)\/[\w./-]+)`/g);

    expect(named.filter((to) => !existsSync(join(root, to)))).toEqual([]);
  });
});
