/** What the documents name is there: npm scripts, files, headings, packages, migrations. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { packageRoot } from '../src/base/process/package-root.js';
import { migrations } from '../src/ledger/migrations/migrations.js';
import { DOCUMENTS } from './fixtures/documents/documents.js';

const root = packageRoot();

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const found = (text: string, pattern: RegExp): readonly string[] => [
  ...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? '')),
];

test('what the code and the files to copy name of the documents is there', () => {
  const folders = ['src', 'bots', 'cards', 'inbox', 'demo', 'test', 'bench', 'scripts', 'deploy'];
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/\.(png|lst|snap)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  const named = [...files, join(root, '.env.example'), join(root, 'sites.example.toml')].flatMap((file) =>
    found(readFileSync(file, 'utf8'), /\b(docs\/[\w-]+\.md)/g).map((to) => ({ file, to })),
  );

  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(({ to }) => !existsSync(join(root, to)))).toEqual([]);
});

test('the page on upgrading names every migration', () => {
  const page = read('docs/upgrading.md');
  const names = migrations.map(({ name }) => name.replace(/\d+$/, ''));

  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

test('the README is short enough to be read', () => {
  expect(read('README.md').split('\n').length).toBeLessThanOrEqual(110);
});

test('each package has its reason, and each reason a package', () => {
  const manifest = JSON.parse(read('package.json')) as Readonly<
    Record<'dependencies' | 'devDependencies', Readonly<Record<string, string>>>
  >;
  const isTypes = (name: string): boolean => name.startsWith('@types/');
  const installed = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
    (name) => !isTypes(name),
  );
  const table = read('docs/dependencies.md')
    .split('\n')
    .filter((line) => /^\| (?!-|package)/.test(line))
    .flatMap((line) => (line.split('|')[1] ?? '').split(','))
    .map((name) => name.trim());

  expect([...table].sort()).toEqual([...installed].sort());
});

/** `to` as it is written in the document at `from`: a path, perhaps with the anchor of a heading; or an anchor alone. */
function isThere(to: string, from: string): boolean {
  const [file = '', anchor] = to.split('#');
  const path = file === '' ? from : join(dirname(from), file);
  if (!existsSync(join(root, path))) return false;
  return anchor === undefined || headingsOf(read(path)).includes(anchor);
}

/** The anchors that GitHub gives to the headings of a page. */
function headingsOf(text: string): readonly string[] {
  return found(text, /^#+ (.+)$/gm).map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test('a link to a heading that is not there would be noticed', () => {
  expect(isThere('docs/security.md#what-is-promised', 'README.md')).toBe(true);
  expect(isThere('docs/security.md#what-is-not', 'README.md')).toBe(false);
});

describe.each(DOCUMENTS)('%s', (path) => {
  const text = read(path);

  test('names only npm scripts that there are', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Readonly<Record<string, string>> };

    expect(found(text, /npm run ([a-z]+(?:-[a-z]+)*)/g).filter((name) => !(name in scripts))).toEqual([]);
  });

  test('links only to files that there are, and to headings in them', () => {
    const linked = found(text, /\]\((?!https?:)([^)\s]+)\)/g);

    expect(linked.filter((to) => !isThere(to, path))).toEqual([]);
  });

  test('names only files and folders of this repository that there are', () => {
    const named = found(text, /`((?:src|test|bots|cards|inbox|demo|bench|docs|scripts|deploy|\.ci)\/[\w./-]+)`/g);

    expect(named.filter((to) => !existsSync(join(root, to)))).toEqual([]);
  });
});
