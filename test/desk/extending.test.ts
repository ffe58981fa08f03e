/** Extending what an approval gave. */
import { describe, expect, test } from '@jest/globals';
import { site } from '../fixtures/sites/directory.js';
import { ANA, as, DEV, opened, openedForProducer, STG, usualDirectory, newTapId } from '../fixtures/desk/desk.js';
import { fixture, oneDesk, twoSites } from '../fixtures/desk/one-desk.js';
import { approved, revoke } from '../fixtures/desk/by-hand.js';

oneDesk(twoSites);

describe('extending', () => {
  test('moves the end of an approval to so long from now, for the visitor, the request and its cards', async () => {
    const request = await approved({}, 60);

    const answer = await extend(request.id.slice(0, 10), { ttlSeconds: 3_600 });

    const untilMs = (await fixture.ledger.grants.find(STG, request.address))?.untilMs ?? 0;
    expect(answer).toMatchObject({ kind: 'extended', grant: { address: request.address, untilMs } });
    expect(Math.abs(untilMs - Date.now() - 3_600_000)).toBeLessThan(10_000);
    const after = await fixture.ledger.requests.byId(request.id);
    expect(after?.decision?.grantedUntilMs).toBe(untilMs);
    expect(after?.revision).toBeGreaterThan(request.revision);
    expect(fixture.events.at(-1)).toEqual({
      event: 'auth_gate.extended',
      grant: (answer as { grant: { id: number } }).grant.id,
      request: request.id,
      site: STG,
      address: request.address,
      by: ANA,
      until: new Date(untilMs).toISOString(),
    });
    expect((await fixture.ledger.audit.recent(1))[0]).toMatchObject({
      who: ANA,
      what: 'extended',
      requestId: request.id,
    });
  });

  test('gives no more than the site does today', async () => {
    const request = await approved();
    fixture.setDirectory(usualDirectory({ sites: [site(STG, { approvers: [ANA], grantTtlSeconds: 90_000 })] }));

    const answer = await extend(request.id, { ttlSeconds: 9_999_999 });

    const { untilMs } = (answer as { grant: { untilMs: number } }).grant;
    expect(Math.abs(untilMs - Date.now() - 90_000_000)).toBeLessThan(10_000);
  });

  test('never shortens', async () => {
    const request = await approved();
    const before = await fixture.ledger.grants.find(STG, request.address);

    await extend(request.id, { ttlSeconds: 60 });

    expect((await fixture.ledger.grants.find(STG, request.address))?.untilMs).toBe(before?.untilMs);
  });

  test('finds nothing to extend where nobody was let in, or is no more', async () => {
    const pending = await opened(fixture);
    const revoked = await approved();
    await revoke(revoked.id, as(ANA));
    const theirs = await openedForProducer(fixture, { admin: ANA });

    expect(await extend(pending.id, {})).toMatchObject({ kind: 'no_grant', request: { id: pending.id } });
    expect(await extend(revoked.id, {})).toMatchObject({ kind: 'no_grant', request: { id: revoked.id } });
    expect(await extend(theirs.id, {})).toMatchObject({ kind: 'no_grant', request: { id: theirs.id } });
  });

  test('is refused to who does not decide there', async () => {
    const request = await approved({ site: DEV, host: DEV });

    const answer = await fixture.desk.extend({
      ref: { by: 'id', id: request.id },
      ttlSeconds: null,
      actor: as(ANA),
      surface: 'cli',
      tapId: newTapId(),
    });

    expect(answer).toEqual({ kind: 'forbidden', why: 'not_an_approver_of_this_site' });
  });

  test('by the same call twice is done once', async () => {
    const request = await approved();
    const ref = { by: 'id', id: request.id } as const;
    const input = { ref, ttlSeconds: null, actor: as(ANA), surface: 'talk', tapId: newTapId() };

    expect((await fixture.desk.extend(input)).kind).toBe('extended');
    expect((await fixture.desk.extend(input)).kind).toBe('repeated');
  });

  function extend(prefix: string, { ttlSeconds = null }: { readonly ttlSeconds?: number | null }) {
    const ref = { by: 'prefix', prefix } as const;
    return fixture.desk.extend({ ref, ttlSeconds, actor: as(ANA), surface: 'cli', tapId: newTapId() });
  }
});
