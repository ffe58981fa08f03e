/** A folder is made, or refused in words and at once, whatever the system says. */
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { FolderRefused, makeFolder } from '../../src/base/process/make-folder.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gate-folder-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('each step that is missing is made for its owner alone', () => {
  makeFolder(join(folder, 'a/b/c'));

  for (const made of ['a', 'a/b', 'a/b/c']) expect(statSync(join(folder, made)).mode & 0o777).toBe(0o700);
});

test('one that is there keeps its mode', () => {
  mkdirSync(join(folder, 'a'), { mode: 0o750 });

  makeFolder(join(folder, 'a'));

  expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o750);
});

test.each([
  ['/proc/nope', '/proc/nope cannot be made (ENOENT)'],
  ['/proc/nope/deeper', '/proc/nope cannot be made (ENOENT)'],
  ['/dev/null/x', '/dev/null is no folder'],
  ['/dev/null', 'it is no folder'],
])('%s is refused: %s', (path, why) => {
  expect(() => makeFolder(path)).toThrow(new FolderRefused(`the folder ${path} cannot be used: ${why}`));
});

test('a file in the way is named', () => {
  writeFileSync(join(folder, 'file'), '');

  expect(() => makeFolder(join(folder, 'file/deeper'))).toThrow(`${join(folder, 'file')} is no folder`);
});
