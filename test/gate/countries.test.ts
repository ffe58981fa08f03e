/** Countries from the packaged data: a hint in every spelling of an address, and unknown where nothing is known. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { openCountries } from '../../src/gate/visitor/countries.js';

const countries = openCountries(null);

test.each([
  ['81.2.69.142', 'GB'],
  ['::ffff:81.2.69.142', 'GB'],
  ['2001:4860:4860::8888', 'US'],
  ['10.0.0.1', null],
  ['fe80::1%eth0', null],
  ['unknown', null],
  ['', null],
])('%s is in %s', (address, country) => {
  expect(countries.countryOf(address)).toBe(country);
});

test('says when its data were built', () => {
  expect(countries.builtAt.getTime()).toBeGreaterThan(Date.UTC(2025, 0, 1));
});

test('a mounted file that is none stops the start', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gate-countries-'));
  const file = join(folder, 'broken.mmdb');
  writeFileSync(file, 'not a database');

  expect(() => openCountries(file)).toThrow();
  expect(() => openCountries(join(folder, 'missing.mmdb'))).toThrow();
  rmSync(folder, { recursive: true });
});
