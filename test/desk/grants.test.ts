/** Granting by hand. */
import { describe, expect, test } from '@jest/globals';
import type { VisitorAddress } from '../../src/approval/brand.js';
import type { Actor } from '../../src/approval/request.js';
import { ANA, as, BO, chat, DEV, OPERATOR, someone, STG } from '../fixtures/desk/desk.js';
import { fixture, oneDesk, twoSites } from '../fixtures/desk/one-desk.js';
import { grant } from '../fixtures/desk/by-hand.js';

oneDesk(twoSites);

describe('granting by hand', () => {
  test('lets an address in on the sites that an approver decides for', async () => {
    const answer = await grant({ address: ' 2001:db8:7:8::9 ', site: 'www.stg.example.org', ttlSeconds: 3_600 });

    expect(answer).toMatchObject({
      kind: 'granted',
      grant: { site: STG, address: '2001:db8:7:8::/64', grantedBy: ANA, requestId: null },
    });
    expect(await fixture.ledger.grants.find(STG, '2001:db8:7:8::/64' as VisitorAddress)).not.toBeNull();
    expect((await fixture.ledger.audit.recent(1))[0]).toMatchObject({
      who: ANA,
      what: 'granted',
      site: STG,
      address: '2001:db8:7:8::/64',
    });
    expect(fixture.events.at(-1)).toMatchObject({ event: 'auth_gate.granted', site: STG, by: ANA });
  });

  test.each([
    [null, 86_400],
    [60, 60],
    [9_999_999, 86_400],
  ])('for a wished %p s lasts %d s', async (ttlSeconds, given) => {
    const before = Date.now();

    const answer = await grant({ address: someone(), site: STG, ttlSeconds });

    const untilMs = (answer as { grant: { untilMs: number } }).grant.untilMs;
    expect(Math.abs(untilMs - before - given * 1_000)).toBeLessThan(5_000);
  });

  test('is refused elsewhere, for what is no address, and at what is no site', async () => {
    const address = someone();

    expect(await grant({ address, site: DEV })).toEqual({ kind: 'forbidden', why: 'not_an_approver_of_this_site' });
    expect(await grant({ address: '10.0.0.0/8', site: STG })).toEqual({ kind: 'bad_address' });
    expect(await grant({ address, site: 'nowhere.example.org' })).toEqual({ kind: 'unknown_site' });
    expect(await grant({ address, site: STG, actor: chat('eve') })).toMatchObject({ why: 'chat_user_not_linked' });
    expect(await fixture.ledger.grants.find(DEV, address)).toBeNull();
  });

  test('is listed to those who decide there', async () => {
    const address = someone();
    await grant({ address, site: DEV, actor: OPERATOR });

    expect(await addressesSeen(as(BO))).toContain(address);
    expect(await addressesSeen(as(BO), DEV)).toContain(address);
    expect(await addressesSeen(OPERATOR)).toContain(address);
    expect(await addressesSeen(as(ANA))).not.toContain(address);
    expect(await fixture.desk.grants({ actor: as(ANA), site: DEV })).toMatchObject({ kind: 'forbidden' });
    expect(await fixture.desk.grants({ actor: OPERATOR, site: 'nowhere.example.org' })).toEqual({ kind: 'unknown' });
  });

  test('is found by what it is called, a few at a time, and by nobody who does not decide there', async () => {
    const [mine, other] = [someone(), someone()];
    await grant({ address: mine, site: DEV, actor: OPERATOR });
    await grant({ address: other, site: DEV, actor: OPERATOR });
    const found = async (actor: Actor, containing: string, limit = 25) => {
      const answer = await fixture.desk.grants({ actor, limit, search: { by: 'number', containing } });
      return answer.kind === 'seen' ? answer.value.map(({ address }) => address) : answer.kind;
    };

    expect(await found(as(BO), mine)).toEqual([mine]);
    expect(await found(as(BO), DEV, 1)).toHaveLength(1);
    expect(await found(as(ANA), mine)).toEqual([]);
  });

  async function addressesSeen(actor: Actor, named?: string): Promise<readonly string[]> {
    const answer = await fixture.desk.grants({ actor, ...(named === undefined ? {} : { site: named }) });
    if (answer.kind !== 'seen') throw new Error(`expected to see, got ${answer.kind}`);
    return answer.value.map(({ address }) => address);
  }
});
