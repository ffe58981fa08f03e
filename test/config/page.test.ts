/** docs/configuration.md is what the schemas say, and says all of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@jest/globals';
import { channels } from '../../bots/index.js';
import { variablesOf } from '../../src/contract/channel.js';
import { packageRoot } from '../../src/base/process/package-root.js';
import { DEFAULTS } from '../../src/config/env/defaults.js';
import { VARIABLES } from '../../src/config/env/variables.js';
import { configOf } from '../fixtures/sites/loading.js';

const root = packageRoot();
const script = pathToFileURL(join(root, 'scripts/configuration-page.js')).href;
const { page, PAGE } = (await import(script)) as { readonly page: () => string; readonly PAGE: string };

test('the page is not stale: npm run configuration-page writes it anew', () => {
  expect(readFileSync(join(root, PAGE), 'utf8')).toBe(page());
});

test('it has a heading for each variable that the gate reads, and for no other', () => {
  const headings = [...page().matchAll(/^#### `([A-Z][A-Z0-9_]+)`$/gm)].map(([, name = '']) => name);
  const known = [...Object.keys(VARIABLES), ...channels.flatMap((entry) => Object.keys(variablesOf(entry)))];

  expect([...headings].sort()).toEqual([...known].sort());
});

test('the defaults that it tells, written out, change nothing', () => {
  const written = Object.fromEntries(Object.entries(DEFAULTS).filter(([name]) => name !== 'PUBLIC_TLS_PORT'));
  const environment = Object.fromEntries(Object.entries(written).map(([name, value]) => [name, String(value)]));
  const plain = (config: ReturnType<typeof configOf>) => ({ ...config, directory: null });

  expect(plain(configOf({ environment }))).toEqual(plain(configOf({})));
});
