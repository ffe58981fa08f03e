/** For every check there is evidence in which its promise is broken; a check that does not report it fails the build. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { ApproverId } from '../../../src/approval/brand.js';
import { BOB } from '../sites.js';
import { broken, PROMISES } from './checks.js';
import type { Evidence } from './evidence.js';
import {
  ATTEMPT,
  AUDIT,
  audited,
  CARD,
  DECIDED,
  fakesThatShow,
  keptPromises,
  OPERATED,
  REQUEST,
} from './kept-promises.js';

type Part = Partial<Evidence>;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gate-checks-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const overRows =
  (rows: Partial<Evidence['rows']>) =>
  (kept: Evidence): Part => ({ rows: { ...kept.rows, ...rows } });
const overJournal =
  (journal: Partial<Evidence['journal']>) =>
  (kept: Evidence): Part => ({ journal: { ...kept.journal, ...journal } });
const overGate =
  (gate: Partial<Evidence['gates'][number]>) =>
  (kept: Evidence): Part => ({ gates: kept.gates.map((one) => ({ ...one, ...gate })) });
const overCard =
  (card: Partial<typeof CARD>) =>
  (kept: Evidence): Part =>
    overRows({ deliveries: [{ ...CARD, ...card }, ...kept.rows.deliveries.slice(1)] })(kept);

const LIARS: Readonly<Record<string, (kept: Evidence) => Part>> = {
  'an acknowledged request is never lost': (kept) =>
    overJournal({ requests: kept.journal.requests.map((one) => ({ ...one, token: 'ff' })) })(kept),
  'an acknowledged tap is never lost': (kept) =>
    overJournal({ taps: kept.journal.taps.map((one) => ({ ...one, tapId: 'tap2' })) })(kept),
  'an acknowledged command is never lost': overJournal({ commanded: new Map([[OPERATED, 'revoked']]) }),
  'every answer is one that people may get': overJournal({ unexpected: ['gate 1 answered a tap with 500'] }),
  'one decision and one grant a token': overRows({ audit: [...AUDIT, audited(4, 'decided', BOB)] }),
  'a decision is told once': overGate({ events: [DECIDED, DECIDED] }),
  'an approval has its grant': overRows({ grants: [] }),
  'every process lets in who is granted, and nobody else': () => ({ letsIn: new Map([['198.18.0.9', [true]]]) }),
  'the cap holds': overRows({
    slots: [{ approver: BOB as ApproverId, n: 1, until: 1, request_id: REQUEST.id, holder: null }],
  }),
  'no completion by a stale claim': (kept) =>
    overRows({ attempts: [...kept.rows.attempts, { ...ATTEMPT, id: 3, outcome: 'superseded' }] })(kept),
  'every card is final or listed': () => ({
    fakes: fakesThatShow(folder, [{ key: 'd1', verbs: ['approve', 'deny'] }]),
  }),
  'what is unfinished is listed': overCard({ drawn_revision: 1 }),
  'what is called sent was seen': () => ({ fakes: fakesThatShow(folder, []) }),
  'a double is marked': () => ({
    fakes: fakesThatShow(folder, [
      { key: 'd1', verbs: [] },
      { key: 'd1', verbs: [] },
    ]),
  }),
  'producers are told the outcome': () => ({ fakes: fakesThatShow(folder, [{ key: 'd1', verbs: [] }], 'denied') }),
  'nothing is given up before its time': (kept) => ({
    rows: {
      ...kept.rows,
      deliveries: [{ ...CARD, state: 'failed', receipt: null }, ...kept.rows.deliveries.slice(1)],
      attempts: [{ ...ATTEMPT, outcome: 'failed', reason: 'http_503' }, ...kept.rows.attempts.slice(1)],
    },
  }),
  'the audit trail is whole': () => ({
    trail: JSON.stringify({
      isWhole: false,
      sealed: 3,
      unsealed: { count: 0 },
      problems: [{ kind: 'removed', number: 2 }],
    }),
  }),
  'a process ends only when told': overGate({ unbidden: [{ code: 1, signal: null, said: 'an error' }] }),
  'no bug is logged': overGate({ errors: ['gate 1: an answer failed'] }),
  'a stop is graceful and short': (kept) => ({
    suffered: { ...kept.suffered, broken: ['gate 1 took 9000 ms to stop'] },
  }),
};

test('where every promise was kept, none is said to be broken', () => {
  const kept = keptPromises(folder);

  expect(broken(kept)).toEqual([]);
});

test.each(PROMISES)('%s: where it is not so, it is named', (promise) => {
  const kept = keptPromises(folder);
  const lie = LIARS[promise];

  const found = broken({ ...kept, ...lie?.(kept) });

  expect(found.filter((one) => one.startsWith(`${promise}: `))).not.toEqual([]);
});
