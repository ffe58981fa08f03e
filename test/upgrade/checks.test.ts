/** Every check of an upgrade has a mutant: evidence that is broken in just its promise. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Evidence } from '../faults/checks/evidence.js';
import { CARD, keptPromises } from '../faults/checks/kept-promises.js';
import { brokenByUpgrade, UPGRADE_PROMISES } from './checks.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gate-upgrade-checks-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const LIARS: Readonly<Record<string, (kept: Evidence) => Partial<Evidence>>> = {
  'every call is answered': ({ journal }) => ({ journal: { ...journal, unanswered: 1 } }),
  'nobody is told to try again': ({ journal }) => ({ journal: { ...journal, putOff: ['gate 1 told a tap: later'] } }),
  'nothing is sent twice': ({ fakes }) => ({
    fakes: { ...fakes, smtp: { ...fakes.smtp, mails: () => [MAIL, MAIL] } } as unknown as Evidence['fakes'],
  }),
  'nothing is given up or left behind': ({ rows }) => ({
    rows: { ...rows, deliveries: [...rows.deliveries, { ...CARD, id: 'd2', state: 'failed' }] },
  }),
};
const MAIL = { messageId: '<m1@gate.example.org>' };

test('where every promise was kept, none is said to be broken', () => {
  expect(brokenByUpgrade(keptPromises(folder), true)).toEqual([]);
});

test.each(UPGRADE_PROMISES)('%s: where it is not so, it is named', (promise) => {
  const kept = keptPromises(folder);

  const found = brokenByUpgrade({ ...kept, ...LIARS[promise]?.(kept) }, true);

  expect(found.filter((one) => one.startsWith(`${promise}: `))).not.toEqual([]);
});

test('what is given up while fakes go wrong is no fault of the upgrade', () => {
  const kept = keptPromises(folder);
  const lie = LIARS['nothing is given up or left behind'];

  const found = brokenByUpgrade({ ...kept, ...lie?.(kept) }, false);

  expect(found.filter((one) => one.startsWith('nothing is given up'))).toEqual([]);
});
