/** The picture in docs/architecture.md has the arrows that the imports have: none is missing, and none too many. */
import { readFileSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, test } from '@jest/globals';
import { packageRoot } from '../src/base/process/package-root.js';

const root = packageRoot();
const PAGE = 'docs/architecture.md';
const page = readFileSync(join(root, PAGE), 'utf8');

interface Picture {
  /** `from --> to`, sorted. */
  readonly arrows: readonly string[];
  readonly rooms: ReadonlySet<string>;
  /** The rooms under everything: arrows to them are left out, except among themselves. */
  readonly under: ReadonlySet<string>;
}

function pictureIn(text: string): Picture {
  const [, drawing = ''] = /```mermaid\n(.*?)```/s.exec(text) ?? [];
  const [, inside = ''] = /subgraph under\b[^\n]*\n(.*?)\bend\b/s.exec(drawing) ?? [];
  const arrows = [...drawing.matchAll(/^ *(\w+) --> ([\w &]+)$/gm)].flatMap(([, from = '', targets = '']) =>
    targets.split(' & ').map((to) => `${from} --> ${to.trim()}`),
  );
  const names = (lines: string): readonly string[] => [...lines.matchAll(/^ *(\w+)\[/gm)].map(([, name = '']) => name);
  return { arrows: [...arrows].sort(), rooms: new Set(names(drawing)), under: new Set(names(inside)) };
}

/** Which room a file of the product is in: `src/gate/…` in gate, `bots/talk/…` in bots. */
function roomOf(path: string): string {
  const [first = '', second = ''] = path.split('/');
  return (first === 'src' ? second : first).replace(/\.ts$/, '');
}

function importsOf(path: string): readonly string[] {
  const text = readFileSync(join(root, path), 'utf8');
  const pattern = /^\s*(?:import|export)\b[^'";]*?'(\.[^']+)'|\bimport\('(\.[^']+)'\)/gm;
  return [...text.matchAll(pattern)].map(([, plain, lazy]) => posix.join(posix.dirname(path), plain ?? lazy ?? ''));
}

function filesOf(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`);
}

const files = ['src', 'bots', 'cards', 'inbox', 'demo'].flatMap(filesOf);

function arrowsOfImports(under: ReadonlySet<string>): readonly string[] {
  const arrows = files.flatMap((path) => {
    const from = roomOf(path);
    const targets = importsOf(path).map(roomOf);
    return targets.filter((to) => to !== from && (!under.has(to) || under.has(from))).map((to) => `${from} --> ${to}`);
  });
  return [...new Set(arrows)].sort();
}

test('the picture has the arrows of the imports', () => {
  const { arrows, under } = pictureIn(page);

  expect(arrows).toEqual(arrowsOfImports(under));
});

test('it has every room, and no other', () => {
  expect([...pictureIn(page).rooms].sort()).toEqual([...new Set(files.map(roomOf))].sort());
});

test('the table of rooms has a line for each', () => {
  const folders = [
    ...new Set(
      files.map((path) =>
        path
          .split('/')
          .slice(0, path.startsWith('src/') ? 2 : 1)
          .join('/'),
      ),
    ),
  ];

  for (const folder of folders.filter((one) => !one.endsWith('.ts'))) expect(page).toContain(`| \`${folder}/\``);
});

test('an arrow that is missing or too many would be noticed', () => {
  const { arrows, under } = pictureIn(page);
  const [first = ''] = arrows;
  const more = pictureIn(page.replace('flowchart TD\n', 'flowchart TD\n  cards --> desk\n'));

  expect(more.arrows).not.toEqual(arrowsOfImports(under));
  expect(arrows.filter((arrow) => arrow !== first)).not.toEqual(arrowsOfImports(under));
});
