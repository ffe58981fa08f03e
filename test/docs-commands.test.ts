/** The documents name only commands that are declared, with options that are declared for them: of the CLI, and of `/gate`. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { packageRoot } from '../src/base/process/package-root.js';
import { VERBS } from '../src/commands/verbs.js';
import { DOCUMENTS } from './fixtures/documents/documents.js';
import { run } from './fixtures/processes/run-cli.js';

/** What one command of the CLI declares, as its help prints it. */
interface Declared {
  readonly commands: readonly string[];
  readonly options: readonly string[];
}

/** This page tells of the options of npm scripts. */
const OF_SCRIPTS = 'docs/testing.md';
const WORD = /^[a-z]+(?:-[a-z]+)*$/;

const folder = mkdtempSync(join(tmpdir(), 'gate-docs-'));
/** By the words of its name: `audit verify`. */
const declared = new Map<string, Declared>();

beforeAll(() => collect([]));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('what is declared is read: groups, their commands and options', () => {
  expect(declared.get('audit')?.commands).toContain('verify');
  expect(declared.get('audit verify')?.options).toContain('--head');
  expect(declared.get('approve')).toEqual({ commands: [], options: ['--json', '--as', '--for', '--help'] });
});

describe.each(DOCUMENTS)('%s', (path) => {
  const text = readFileSync(join(packageRoot(), path), 'utf8');

  test('names only commands and options of the CLI that are declared', () => {
    expect(linesIn(text).flatMap(undeclaredIn)).toEqual([]);
  });

  test('names only options that some command declares', () => {
    const options = new Set([...declared.values()].flatMap((one) => one.options));
    const named = path === OF_SCRIPTS ? [] : found(text, /`(--[a-z][a-z-]*)[^`]*`/g);

    expect(named.filter((option) => !options.has(option))).toEqual([]);
  });

  test('names only verbs of /gate that are declared', () => {
    const verbs = new Set(VERBS.map(({ name }) => name));

    expect(found(text, /`\/gate ([a-z]+)/g).filter((verb) => !verbs.has(verb))).toEqual([]);
  });
});

test.each([
  ['gate restart', 'restart'],
  ['gate audit check', 'audit check'],
  ['gate audit verify --tail 3', '--tail'],
  ['gate doctor && gate approve 4k2m --until 8h', '--until'],
])('one that is not would be noticed: %s', (line, undeclared) => {
  expect(linesIn(`\`${line}\``).flatMap(undeclaredIn)).toEqual([expect.stringContaining(undeclared)]);
});

async function collect(path: readonly string[]): Promise<void> {
  const { code, out } = await run({ folder, columns: null }, ...path, '--help');
  expect([path, code]).toEqual([path, 0]);
  const commands = found(out.split('\nCommands:\n')[1]?.split('\n\n')[0] ?? '', /^ {2}([a-z-]+)/gm);
  const own = commands.filter((name) => name !== 'help');
  declared.set(path.join(' '), { commands: own, options: found(out, /^ {2}(?:-\w, )?(--[a-z-]+)/gm) });
  for (const name of own) await collect([...path, name]);
}

/** Every command line in it, without the word `gate`: in code, after a prompt, or behind `&&`. What it is piped to is cut off. */
function linesIn(text: string): readonly string[] {
  const written = [...text.matchAll(/(?:`|^|^ {4}|\$ |npx )gate ([a-z][^`\n#]*)/gm)].map(([, line = '']) => line);
  return written.flatMap((line) => line.split(' && gate ')).map((line) => line.split(/ [|;>&]/)[0] ?? '');
}

/** The name of the command, where there is none; else the options that it does not declare. */
function undeclaredIn(line: string): readonly string[] {
  const words = line.trim().split(/\s+/);
  const end = words.findIndex((word) => !WORD.test(word));
  const named = end === -1 ? words : words.slice(0, end);
  let depth = 0;
  while (depth < named.length && declared.has(named.slice(0, depth + 1).join(' '))) depth += 1;
  const path = named.slice(0, depth).join(' ');
  const { commands, options } = declared.get(path) ?? { commands: [], options: [] };
  if (commands.length > 0 && depth < named.length) return [`gate ${named.slice(0, depth + 1).join(' ')}`];
  return found(line, /(?<![^\s[])(--[a-z][a-z-]*)/g).filter((option) => !options.includes(option));
}

function found(text: string, pattern: RegExp): readonly string[] {
  return [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ''))];
}
