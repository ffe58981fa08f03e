/** The example files say what the schemas know, no less and no more, and the example configuration starts. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { channels } from '../../bots/index.js';
import { variablesOf } from '../../src/contract/channel.js';
import { packageRoot } from '../../src/base/process/package-root.js';
import { VARIABLES } from '../../src/config/env/variables.js';
import { authGateKeys, CHANNEL_KEYS } from '../../src/config/sites/auth-gate-keys.js';
import { IDENTITY_KEYS } from '../../src/config/sites/identity-keys.js';
import { HEADER_KEYS } from '../../src/config/sites/producers/certificate-proof.js';
import { channelsKnown } from '../../src/config/sites/known-channel.js';
import { producerKeys } from '../../src/config/sites/producers/producer-keys.js';
import { SITE_KEYS } from '../../src/config/sites/site-keys.js';
import { LIMIT_KEYS, TOP_KEYS } from '../../src/config/sites/top-keys.js';
import type { Setting } from '../../src/contract/setting.js';
import { configOf, loadingOf, problemsOf, SECRET } from '../fixtures/sites/loading.js';

const KNOWN = channelsKnown(channels, loadingOf({}));

const read = (name: string): string => readFileSync(join(packageRoot(), name), 'utf8');

test('.env.example lists exactly the variables that the schemas and the registry know', () => {
  const listed = [...read('.env.example').matchAll(/^#?([A-Z][A-Z0-9_]*)=/gm)].map((match) => match[1] ?? '');
  const known = [...Object.keys(VARIABLES), ...channels.flatMap((entry) => Object.keys(variablesOf(entry)))];

  expect([...listed].sort()).toEqual([...known].sort());
});

test('sites.example.toml is a configuration without a problem', () => {
  const { directory } = configOf({ sites: read('sites.example.toml') });

  expect(directory.sites.map((site) => [site.key, site.isGated])).toEqual([
    ['dev.kora.example.org', true],
    ['stg.example.org', true],
    ['kora.example.org', false],
  ]);
});

test('nobody is two persons in sites.example.toml: each address belongs to the approver who signs in by it', () => {
  const { directory } = configOf({ sites: read('sites.example.toml') });
  const addresses = [...directory.approvers.values()].map((one) => one.addresses.get('email' as never));

  expect(new Set(addresses).size).toBe(addresses.length);
});

test('every example in the comments of sites.example.toml is one too', () => {
  const uncommented = read('sites.example.toml').replace(/^# (?=\[[\w.[]+\]|[a-z_]+ = )/gm, '');
  const environment = {
    JET_TOKEN: SECRET,
    JET_HMAC_SECRET: SECRET,
    JET_INTERNAL_SECRET: SECRET,
    TRUSTED_PROXIES: '127.0.0.1/32',
    JET_CALLBACK_SECRET: `whsec_${Buffer.alloc(32, 'k').toString('base64')}`,
    WEBHOOK_TOKEN: SECRET,
    KODER_ID_SECRET: SECRET,
  };

  expect(uncommented).toContain('\n[producers.jet]\n');
  expect(uncommented).toContain('\n[identity.providers.koder]\n');
  expect(problemsOf({ sites: uncommented, environment })).toEqual([]);
});

test('what .env.example fills in or shows is an example or a default of the schemas', () => {
  const told = [...read('.env.example').matchAll(/^#?([A-Z][A-Z0-9_]*)=(.+)$/gm)];
  const settings = new Map<string, Setting>(
    [VARIABLES, ...channels.map(variablesOf)].flatMap((table) => Object.entries(table)),
  );

  expect(told.length).toBeGreaterThan(20);
  for (const [, name = '', value] of told) {
    const setting = settings.get(name);
    expect([name, [setting?.default, setting?.example].includes(value)]).toEqual([name, true]);
  }
});

test.each([
  ['at the top', TOP_KEYS],
  ['of a site', SITE_KEYS],
  ['of its gate', authGateKeys(KNOWN)],
  ['of a channel in it', CHANNEL_KEYS],
  ['of a producer', producerKeys(KNOWN)],
  ['of client certificates', HEADER_KEYS],
  ['of the limits', LIMIT_KEYS],
  ['of identity', IDENTITY_KEYS],
])('sites.example.toml shows every key %s', (_where, shape) => {
  const text = read('sites.example.toml');
  const isShown = (key: string): boolean => new RegExp(`\\b${key}\\b`).test(text);

  expect(Object.keys(shape).filter((key) => !isShown(key))).toEqual([]);
});
