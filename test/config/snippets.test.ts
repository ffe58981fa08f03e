/** What the documents show of `sites.toml` and of the environment can be pasted: each block loads as it stands. */
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { packageRoot } from '../../src/base/process/package-root.js';
import { BOT_TOKEN } from '../fakes/discord-keys.js';
import { problemsOf, SECRET, SITE } from '../fixtures/sites/loading.js';

const root = packageRoot();
const DOCUMENTS = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

interface Block {
  readonly name: string;
  readonly text: string;
}

/** A block between fences; its indentation is the list's that it stands in. */
function blocksOf(document: string, language: string): readonly Block[] {
  const text = readFileSync(join(root, document), 'utf8');
  const fenced = text.matchAll(new RegExp(`^( *)\`\`\`${language}\\n(.*?)^\\1\`\`\`$`, 'gms'));
  return [...fenced].map(({ index, 1: indent = '', 2: inside = '' }) => ({
    name: `${document}:${String(text.slice(0, index).split('\n').length)}`,
    text: inside.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }));
}

const KODER = `[identity.providers.koder]
kind = "oidc"
issuer = "https://id.koder.dev"
client_id = "koder-gate"
client_secret_env = "KODER_ID_SECRET"
`;
const GOOGLE = `[identity.providers.google]
kind = "google"
client_id = "1234-example.apps.googleusercontent.com"
client_secret_env = "GOOGLE_SECRET"
`;

const OPS = `[mail.providers.ops]
kind = "smtp"
host = "mail.example.org"
[mail.mailboxes."gate@example.org"]
provider = "ops"
`;

/** Where a fragment belongs, as its first line says. A block without such a line is whole. */
const PLACES: Readonly<Record<string, string>> = {
  '# in [sites.auth_gate]': `${KODER}${GOOGLE}${SITE}`,
  '# beside [identity.providers.koder]': KODER,
  '# below [mail.providers.ops]': OPS,
  '# in [producers.jet]': '[producers.jet]\nhosts = ["stg.example.org"]\ntoken_env = "JET_TOKEN"\n',
};

/** Every channel and every secret that a block may name. */
const ENVIRONMENT = {
  TRUSTED_PROXIES: '127.0.0.1/32',
  KODER_ID_SECRET: SECRET,
  GITHUB_SECRET: SECRET,
  ENTRA_SECRET: SECRET,
  GOOGLE_SECRET: SECRET,
  SLACK_BOT_TOKEN: 'xoxb-1234567890-a-token-of-a-test',
  SLACK_SIGNING_SECRET: '0123456789abcdef0123456789abcdef',
  DISCORD_BOT_TOKEN: BOT_TOKEN,
  DISCORD_APPLICATION_ID: '80351110224678912',
  TALK_API_URL: 'https://talk.example.org',
  TALK_BOT_TOKEN: SECRET,
  TALK_SIGNING_SECRET: `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
  OPS_SMTP_PASSWORD: SECRET,
  GRAPH_CLIENT_SECRET: SECRET,
  RELAY_CLIENT_SECRET: SECRET,
  RELAY_DKIM_KEY: generateKeyPairSync('rsa', { modulusLength: 1_024 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString(),
  JET_TOKEN: SECRET,
  JET_CALLBACK_SECRET: `whsec_${Buffer.alloc(32, 2).toString('base64')}`,
  JET_HMAC_SECRET: SECRET,
  JET_INTERNAL_SECRET: SECRET,
};

const blocks = DOCUMENTS.flatMap((document) => blocksOf(document, 'toml'));

describe('a block of sites.toml', () => {
  test('is found in each of these documents', () => {
    const documents = new Set(blocks.map(({ name }) => name.split(':')[0]));

    expect([...documents]).toEqual(expect.arrayContaining(['docs/channels.md', 'docs/slack.md', 'docs/discord.md']));
  });

  test.each(blocks.map((block) => [block.name, block] as const))('%s loads', (_name, { text }) => {
    const [first = ''] = text.split('\n', 1);
    const whole = `${PLACES[first] ?? ''}${text}`;
    // what is shown without a site stands beside one
    const sites = whole.includes('[[sites]]') ? whole : `${whole}\n${SITE}`;

    expect(problemsOf({ sites: filled(sites), environment: ENVIRONMENT })).toEqual([]);
  });

  test('that is a fragment says of what, and one that does not would be noticed', () => {
    const fragment = 'hmac_secret_env = "JET_HMAC_SECRET"\n';

    expect(problemsOf({ sites: `${fragment}${SITE}`, environment: ENVIRONMENT })).not.toEqual([]);
  });
});

test("the README's environment starts a gate once the secret is filled in", () => {
  const [block = { name: '', text: '' }] = blocksOf('README.md', '').filter(({ text }) => text.includes('PUBLIC_URL='));
  const environment = parseEnv(block.text);

  expect(environment['GATE_SECRET']).toBe('');
  expect(problemsOf({ environment: { ...environment, GATE_SECRET: SECRET } })).toEqual([]);
});

/** Digits that a document cuts short, and the one choice that needs a certificate on the disk. */
function filled(text: string): string {
  const withDigits = text.replace(/"([0-9a-f]+)…"/g, (_cut, digits: string) => `"${digits.padEnd(64, '0')}"`);
  return withDigits.replace('client_cert_from = "tls"', 'client_cert_from = "proxy"');
}
