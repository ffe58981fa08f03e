/** Proofs of an approval that count for nothing: of another request, time, session or person, too old, or used. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { approvalAct } from '../../src/approval/approval-proof.js';
import type { RequestId } from '../../src/approval/brand.js';
import { sha256Hex } from '../../src/base/crypto/digest.js';
import { outcomeOf as outcomeAt, press, typed, waitingRequest, type Waiting } from '../fixtures/http/approving.js';
import { ADA, startPlanes, type Planes } from '../fixtures/http/planes.js';
import { csrfFor, hiddenOf, numberOf, signedInByLink, withApp } from '../fixtures/http/second-factors.js';

const STEP_MS = 30_000;

let planes: Planes;
afterEach(() => planes.stop());

function request(): Promise<Waiting> {
  return waitingRequest(planes);
}

function outcomeOf(id: string): Promise<string | null> {
  return outcomeAt(planes, id);
}

describe('a proof is refused, and the page asks anew,', () => {
  async function proven(verdict = 'approve') {
    planes = await startPlanes({ site: { approveNeeds: 'fresh' } });
    const set = await withApp(planes);
    const mine = await request();
    const page = await press(set.person, mine.path, verdict);
    return { ...set, mine, fields: typed(page, mine.path, { number: numberOf(planes, set.secret) }) };
  }

  test('at another request', async () => {
    const { person, fields } = await proven();
    const other = await request();
    const { csrf = '' } = hiddenOf(await person.get(other.path), other.path, 'verdict');

    const answer = await person.post(other.path, { ...fields, csrf });

    expect([answer.status, await outcomeOf(other.id)]).toEqual([422, null]);
    expect(answer.text).toContain('name="number"');
  });

  test('for more time than it was given for', async () => {
    const { person, fields, mine } = await proven('approve 3600');

    const answer = await person.post(mine.path, { ...fields, verdict: 'approve' });

    expect([answer.status, await outcomeOf(mine.id)]).toEqual([422, null]);
  });

  test('in another session', async () => {
    const { fields, mine, codes } = await proven();
    const other = await signedInByLink(planes);
    const csrf = csrfFor(await other.get('/sign-in/factor'), '/sign-in/factor');
    await other.post('/sign-in/factor', { csrf, code: codes[0] ?? '' });
    const { csrf: own = '' } = hiddenOf(await other.get(mine.path), mine.path, 'verdict');

    const answer = await other.post(mine.path, { ...fields, csrf: own });

    expect(answer.status).not.toBe(303);
    expect(await outcomeOf(mine.id)).toBeNull();
  });

  test('after 5 minutes', async () => {
    const { person, fields, mine } = await proven();
    const old = 'f'.repeat(64);
    await planes.store.ledger.factors.ask(
      {
        hash: sha256Hex(old),
        holder: sha256Hex(person.cookies.get('gate') ?? ''),
        kind: 'approval',
        account: ADA,
        data: approvalAct(mine.id as RequestId, null),
        ttlSeconds: 0,
      },
      { key: 'test', max: 1, windowSeconds: 60 },
    );

    const answer = await person.post(mine.path, { ...fields, asked: old });

    expect(answer.status).not.toBe(303);
    expect(await outcomeOf(mine.id)).toBeNull();
  });

  test('used, or with no question at all', async () => {
    const { person, fields, secret } = await proven();
    const first = await request();
    const page = await press(person, first.path);
    await person.post(first.path, typed(page, first.path, { number: numberOf(planes, secret) }));
    const next = await request();
    const { csrf = '', tap = '' } = hiddenOf(await person.get(next.path), next.path, 'verdict');
    planes.advance(STEP_MS);
    const number = numberOf(planes, secret);

    for (const question of [fields['asked'] ?? '', 'x', ''])
      expect(
        (await person.post(next.path, { csrf, tap, verdict: 'approve', asked: question, number })).status,
      ).not.toBe(303);
    expect(await outcomeOf(next.id)).toBeNull();
  });
});
