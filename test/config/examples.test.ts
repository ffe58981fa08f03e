/** The example files say what the schemas know, no less and no more, and the example configuration starts. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { channels } from '../../bots/index.js';
import { packageRoot } from '../../src/base/package-root.js';
import { VARIABLES } from '../../src/config/env.js';
import { configOf, problemsOf, SECRET } from './loading.js';

const read = (name: string): string => readFileSync(join(packageRoot(), name), 'utf8');

test('.env.example lists exactly the variables that the schemas and the registry know', () => {
  const listed = [...read('.env.example').matchAll(/^#?([A-Z][A-Z0-9_]*)=/gm)].map((match) => match[1] ?? '');
  const known = [...Object.keys(VARIABLES), ...channels.flatMap((entry) => Object.keys(entry.variables))];

  expect([...listed].sort()).toEqual([...known].sort());
});

test('sites.example.toml is a configuration without a problem', () => {
  const { directory } = configOf({ sites: read('sites.example.toml') });

  expect(directory.sites.map((site) => [site.key, site.isGated])).toEqual([
    ['dev.kora.example.org', true],
    ['stg.kds.example.org', true],
    ['kora.example.org', false],
  ]);
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
  };

  expect(uncommented).toContain('\n[producers.jet]\n');
  expect(problemsOf({ sites: uncommented, environment })).toEqual([]);
});
