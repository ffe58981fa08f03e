/** Names of prepared statements. What PostgreSQL makes of them is in prepared.test.ts. */
import { expect, test } from '@jest/globals';
import { createNaming } from '../../src/ledger/postgres/naming.js';

test('names are of the text alone, other ones once renewed, and not without bound', () => {
  const naming = createNaming();
  const named = (text: string, by = naming): string | undefined => by.nameOf({ text, parameters: [], isFixed: true });

  const names = Array.from({ length: 1_000 }, (_, n) => named(`SELECT ${String(n)}`));

  expect(named('SELECT 1')).toBe(names[1]);
  expect(named('SELECT 1', createNaming())).toBe(names[1]);
  expect(named('SELECT 1', naming.renewed())).not.toBe(names[1]);
  expect(naming.nameOf({ text: 'SELECT 1', parameters: [], isFixed: false })).toBeUndefined();
  expect(new Set(names).size).toBeLessThan(500);
  expect(names.at(-1)).toBeUndefined();
});
