/** A host as an origin: the one that browsers write, or none. */
import { expect, test } from '@jest/globals';
import { originOfHost } from '../../src/base/net/origin-of-host.js';

test.each([
  ['stg.example.org', 'https://stg.example.org'],
  ['STG.Example.ORG.', 'https://stg.example.org'],
  ['stg.example.org:443', 'https://stg.example.org'],
  ['stg.example.org:8443', 'https://stg.example.org:8443'],
  ['localhost:9000', 'https://localhost:9000'],
  ['127.0.0.1', 'https://127.0.0.1'],
  ['a_b.example.org', 'https://a_b.example.org'],
])('%j is %s', (host, origin) => {
  expect(originOfHost('https:', host)).toBe(origin);
});

test('the port of plain http is 80', () => {
  expect(originOfHost('http:', 'localhost:80')).toBe('http://localhost');
});

test.each([
  '',
  '.',
  'a..b',
  '*.example.org',
  'stg.example.org/',
  'stg.example.org/x',
  'stg.example.org?x',
  'stg.example.org#x',
  'stg.example.org\\x',
  'user@stg.example.org',
  'stg.example.org:0',
  'stg.example.org:99999',
  'stg.example.org:8443:1',
  'stg.example.org, evil.org',
  'stg.example.org\t',
  'stg%2eexample.org',
  'bücher.example',
  '[::1]',
  '-a.example.org',
  '0x7f.1',
  '2130706433',
  'a'.repeat(300),
])('%j is none, or stays what it is', (host) => {
  const origin = originOfHost('https:', host);

  // browsers read numbers as an address, and so does this: never as another name
  expect(origin === null || /^https:\/\/127\.0\.0\.1$/.test(origin)).toBe(true);
});
