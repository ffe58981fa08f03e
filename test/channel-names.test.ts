/** The core knows no channel by its name: what it needs of one stands in the channel's line of the registry. */
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { expect, test } from '@jest/globals';
import { channels } from '../bots/index.js';
import { packageRoot } from '../src/base/process/package-root.js';

const root = packageRoot();
const names = channels.map(({ name }) => name);
/** A name as a word of its own, in any case; `_` parts words. */
const NAMED = new RegExp(`(?:^|[\\W_])(?:${names.join('|')})(?:$|[\\W_])`, 'i');

/** Literals that name no channel, or tell people of one in a page or a sentence. Every line is used. */
const EXCUSED: readonly (readonly [why: string, text: RegExp, where?: RegExp])[] = [
  ['a key of sites.toml', /admin_email/],
  [
    'what a provider says of somebody: a scope, a claim, a key that names one, and the column that keeps it',
    /email/,
    new RegExp(
      `^src/(?:${[
        'config/sites/(?:identity|passage)',
        'contract/identity-event',
        'http/(?:admin/api/oauth-replies|public/account/providers)',
        'identity/providers',
        'ledger/(?:migrations/0010-|tables/|verbs/identity/)accounts',
        'ledger/verbs/(?:handoffs/handed-out|identity/ways)',
      ].join('|')})`,
    ),
  ],
  ['an example of a variable', /^KODER_ID_SECRET$/],
  ['a word of HTML', /autocomplete="username webauthn"/],
  ['the headers of Standard Webhooks, and their id', /^webhook-(id|timestamp|signature)$|^a webhook id /],
  ['the verb “to talk”', /\bthat talk to the running gate\b/],
  ['sentences on backups', /messages of the embedded\s+Talk|^\$\{plain\(to\)\}: the ledger\$\{talk\}/],
  ['a sentence on a key or a role', /keys of the embedded Talk|sockets of Slack and Discord/],
  ['an example of an account', /^slack:T024BE7LD:/],
  ["the peer transport's variable in words on another variable", /`WEBHOOK_ALLOWED_NETWORKS`|`WEBHOOK_TOKEN`/],
  ['an example of a URL', /https:\/\/talk\.example\.org/],
  ['how a consumer is reached, in words', /^by webhook to /],
];

interface Literal {
  readonly file: string;
  readonly text: string;
}

const named = read(join(root, 'src')).filter(({ text }) => NAMED.test(text));

test('no literal of src names a channel', () => {
  expect(named.filter((literal) => excuseOf(literal) === undefined)).toEqual([]);
});

test('every excuse is needed', () => {
  const used = new Set(named.map(excuseOf));

  expect(EXCUSED.filter((excuse) => !used.has(excuse)).map(([why]) => why)).toEqual([]);
});

test.each(names)('the rule can fail: it finds %s, in code and in a message', (name) => {
  const planted = literalsOf('src/x.ts', `const a = '${name}'; // '${name}'\nconst b = \`add "${name}" to it\`;`);

  expect(planted.filter(({ text }) => NAMED.test(text))).toHaveLength(2);
});

function excuseOf({ file, text }: Literal): (typeof EXCUSED)[number] | undefined {
  return EXCUSED.find(([, pattern, where]) => pattern.test(text) && where?.test(file) !== false);
}

function read(folder: string): Literal[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return read(path);
    return entry.name.endsWith('.ts')
      ? literalsOf(relative(root, path).split(sep).join('/'), readFileSync(path, 'utf8'))
      : [];
  });
}

/** Strings and templates outside comments and imports. */
function literalsOf(file: string, source: string): Literal[] {
  const code = source
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '$1')
    .replace(/\bfrom '[^']*'|\bimport\('[^']*'\)/g, '');
  const literals = /'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g;
  return [...code.matchAll(literals)].map(([, single, double, template]) => ({
    file,
    text: single ?? double ?? template ?? '',
  }));
}
