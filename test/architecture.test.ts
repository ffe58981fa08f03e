/** The house's import table, read from the imports themselves. A failure names the rule that was broken. */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { packageRoot } from '../src/base/package-root.js';

const root = packageRoot();

interface SourceFile {
  readonly path: string;
  readonly room: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

interface Import {
  readonly to: string;
  readonly isTypeOnly: boolean;
}

/** Which rooms a room may import besides itself. `types:` rooms only by `import type`. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'src/approval': [],
  'src/base': [],
  'src/contract': ['types:src/approval', 'types:src/base'],
  'src/events': ['src/approval', 'src/base', 'types:src/contract'],
  'src/config': ['src/approval', 'src/base', 'src/contract'],
  'src/desk': ['src/approval', 'src/base', 'src/contract', 'src/events'],
  'src/ledger': ['src/approval', 'src/base', 'src/contract'],
  'src/delivery': ['src/approval', 'src/base', 'src/contract', 'src/events'],
  'src/gate': ['src/approval', 'src/base', 'src/contract', 'src/events'],
  'src/upkeep': ['src/base', 'src/contract', 'src/events'],
  'src/sockets': ['src/approval', 'src/base', 'src/contract', 'src/events'],
  'src/commands': ['src/approval', 'src/base', 'src/contract'],
  'src/identity': ['src/approval', 'src/base', 'src/contract'],
  'src/http': ['src/approval', 'src/base', 'src/contract', 'src/events', 'src/identity'],
  'src/cli': [
    'src/approval',
    'src/base',
    'src/config',
    'src/contract',
    'src/ledger',
    'src/compose.ts',
    'bots/registry',
    'demo',
  ],
  cards: ['src/approval', 'src/base/fit.ts'],
  inbox: ['src/base', 'types:src/contract'],
  demo: [
    'src/approval',
    'src/base',
    'src/config',
    'types:src/contract',
    'src/compose.ts',
    'bots/registry',
    'src/http/listen.ts',
  ],
  'src/compose.ts': ['*'],
  'src/compose': ['*'],

  'src/main.ts': ['src/cli', 'src/base'],
};
const A_CHANNEL_MAY_IMPORT = ['src/approval', 'src/base', 'src/contract', 'cards'];

/** Packages that belong to certain rooms alone. */
const PACKAGES: Readonly<Record<string, RegExp>> = {
  express: /^(src\/http|inbox|demo|bots\/[\w-]+\/inbound)/,
  typeorm: /^src\/ledger/,
  pg: /^src\/ledger/,
  'better-sqlite3': /^(src\/ledger|inbox)/,
  nodemailer: /^bots\/email/,
  'postal-mime': /^(bots\/email|demo)/,
  'discord.js': /^bots\/discord/,
  '@slack/bolt': /^bots\/slack/,
  'smtp-server': /^demo/,
  adaptivecards: /^inbox\/web/,
  commander: /^src\/cli/,
  'smol-toml': /^src\/config/,
  'mmdb-lib': /^src\/gate/,
};

/** Rooms in which time, chance and the environment may be read from the process. */
const PROCESS_ROOMS = /^(src\/main\.ts|src\/cli\/|src\/base\/)/;
const AMBIENT = /\bprocess\.env\b|\bDate\.now\(\)|\bMath\.random\(\)|\bnew Date\(\)/;

const files = ['src', 'bots', 'cards', 'inbox', 'demo'].flatMap((folder) => read(join(root, folder)));

describe('who may import whom', () => {
  test.each(files.map((file) => [file.path, file] as const))('%s', (_path, file) => {
    const broken = file.imports.filter((found) => !isAllowed(file, found)).map((found) => ruleFor(file, found));

    expect(broken).toEqual([]);
  });
});

test('nothing of the product imports test/ or bench/', () => {
  const guilty = files.filter((file) => file.imports.some((found) => /^(test|bench)\//.test(found.to)));

  expect(guilty.map((file) => file.path)).toEqual([]);
});

test('time, chance and environment come in as parameters outside main, cli and base', () => {
  const guilty = files.filter(
    (file) =>
      !PROCESS_ROOMS.test(file.path) && !file.path.includes('/web/') && AMBIENT.test(withoutComments(file.text)),
  );

  expect(guilty.map((file) => file.path)).toEqual([]);
});

test('there are no import cycles', () => {
  expect(cycles()).toEqual([]);
});

test('the rule can fail: a channel that imports another channel is named', () => {
  const file: SourceFile = { path: 'bots/talk/x.ts', room: 'bots/talk', text: '', imports: [] };

  expect(isAllowed(file, { to: 'bots/email/entry.ts', isTypeOnly: false })).toBe(false);
  expect(isAllowed(file, { to: 'typeorm', isTypeOnly: true })).toBe(false);
});

function read(folder: string): SourceFile[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return read(path);
    return entry.name.endsWith('.ts') ? [parse(path)] : [];
  });
}

function parse(absolute: string): SourceFile {
  const path = relative(root, absolute).split(sep).join('/');
  const text = readFileSync(absolute, 'utf8');
  const code = withoutComments(text);
  const pattern = /\b(import|export)\s+(type\s+)?(?:[^'";]*?\bfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/g;
  const imports = [...code.matchAll(pattern)].map((match) => ({
    to: target(absolute, match[3] ?? match[4] ?? ''),
    isTypeOnly: match[2] !== undefined,
  }));
  return { path, room: roomOf(path), text, imports };
}

function target(from: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  const path = join(dirname(from), specifier).replace(/\.js$/, '.ts');
  return relative(root, path).split(sep).join('/');
}

function roomOf(path: string): string {
  const [first, second] = path.split('/');
  if (first === 'src' && second !== undefined) return `src/${second}`;
  if (path === 'bots/index.ts') return 'bots/registry';
  if (first === 'bots') return `bots/${second ?? ''}`;
  return first ?? '';
}

function isAllowed(file: SourceFile, found: Import): boolean {
  if (found.to.startsWith('node:')) return file.room !== 'src/approval';
  if (!/^(src|bots|cards|inbox|demo|test|bench)\//.test(found.to)) return isPackageAllowed(file, found);
  const room = roomOf(found.to);
  if (room === file.room) return true;
  if (file.room === 'bots/registry') return found.to.endsWith('/entry.ts') || found.to === 'src/contract/channel.ts';
  const rules = file.room.startsWith('bots/') ? A_CHANNEL_MAY_IMPORT : (MAY_IMPORT[file.room] ?? []);
  return rules.some((rule) => {
    if (rule === '*') return true;
    if (rule.startsWith('types:')) return found.isTypeOnly && rule.slice('types:'.length) === room;
    return rule === room || rule === found.to;
  });
}

function isPackageAllowed(file: SourceFile, found: Import): boolean {
  if (file.room === 'src/approval') return false;
  const name = found.to
    .split('/')
    .slice(0, found.to.startsWith('@') ? 2 : 1)
    .join('/');
  const rooms = PACKAGES[name];
  if (rooms === undefined || rooms.test(file.path)) return true;
  return found.isTypeOnly && name === 'express' && file.room === 'src/contract';
}

function ruleFor(file: SourceFile, found: Import): string {
  return `${file.room} may not import ${found.isTypeOnly ? 'types of ' : ''}${found.to}`;
}

/** Depth-first over value imports: a type import vanishes when compiled, so it cannot close a cycle. */
function cycles(): string[] {
  const graph = new Map(
    files.map((file) => [file.path, file.imports.filter((found) => !found.isTypeOnly).map((found) => found.to)]),
  );
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) found.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
    if (done.has(path) || trail.includes(path)) return;
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return found;
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`])\/\/.*$/gm, '$1');
}
