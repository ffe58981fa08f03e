/** Former versions are found in real repositories: by their migrations, and not by their number or date. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { git } from './git.js';
import { historyOf, todaysMigrations, versionAt } from './history.js';

const FOLDER = 'src/ledger/migrations';
/** Where it is not installed, there are no repositories. */
const withGit = spawnSync('git', ['--version']).status === 0 ? test : test.skip;
/** Of whoever runs this, nothing is used. */
const AS_NOBODY = ['-c', 'user.name=test', '-c', 'user.email=test@example.org', '-c', 'commit.gpgsign=false'];

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gate-history-'));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

withGit('of each former set of migrations it is the newest version that has it', () => {
  repository();
  migration('0001-first');
  commit('the first tables');
  write('README.md', 'more words');
  const last = commit('words');
  migration('0002-second');
  commit('a second migration');
  write(`${FOLDER}/0002-second.ts`, '// another word');
  commit('a word in it');
  migration('0003-third');
  commit('a third migration');

  const history = historyOf(root);

  expect(history.kind === 'found' && history.former.map(({ migrations }) => migrations.length)).toEqual([2, 1]);
  expect(history.kind === 'found' && history.former[1]).toEqual({ commit: last, migrations: ['0001-first'] });
  expect(todaysMigrations(root)).toEqual(['0001-first', '0002-second', '0003-third']);
});

withGit('a migration that is not committed yet is upgraded to from the last commit', () => {
  repository();
  migration('0001-first');
  const last = commit('the first tables');
  migration('0002-second');

  expect(historyOf(root)).toEqual({ kind: 'found', former: [{ commit: last, migrations: ['0001-first'] }] });
});

withGit('where the history ends before another version, or there is none, it is said why', () => {
  const outside = historyOf(root);
  repository();
  migration('0001-first');
  commit('the first tables');
  const alone = historyOf(root);
  mkdirSync(join(root, 'copy', FOLDER), { recursive: true });
  const within = historyOf(join(root, 'copy'));

  expect([outside, alone, within]).toEqual([
    { kind: 'none', why: 'no history: git is not installed, or this is no working tree of it' },
    { kind: 'none', why: 'the history holds no version with other migrations' },
    { kind: 'none', why: 'no history: it lies inside another repository' },
  ]);
});

withGit('a shallow copy of a repository knows what it holds, and no more', () => {
  repository();
  migration('0001-first');
  commit('the first tables');
  migration('0002-second');
  commit('a second migration');
  const shallow = join(root, 'shallow');
  git(root, 'clone', '--quiet', '--depth=1', `file://${root}`, shallow);

  expect(historyOf(shallow)).toEqual({ kind: 'none', why: 'the history holds no version with other migrations' });
});

withGit('what is no commit, and what came before the first migration, is named', () => {
  repository();
  write('README.md', 'words');
  commit('words');

  expect(() => versionAt(root, 'v9')).toThrow('git knows no commit as v9');
  expect(() => versionAt(root, 'HEAD')).toThrow(`HEAD has no migrations in ${FOLDER}`);
});

function repository(): void {
  git(root, 'init', '--quiet');
}

function migration(name: string): void {
  for (const suffix of ['', '-postgres', '-sqlite']) write(`${FOLDER}/${name}${suffix}.ts`, `// ${name}`);
  write(`${FOLDER}/migrations.ts`, '// all of them');
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** Answers the commit. */
function commit(subject: string): string {
  git(root, 'add', '--all');
  git(root, ...AS_NOBODY, 'commit', '--quiet', '--message', subject);
  return git(root, 'rev-parse', 'HEAD').trim();
}
