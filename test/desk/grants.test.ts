/** Granting and revoking by hand. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { VisitorAddress } from '../../src/approval/brand.js';
import type { Actor } from '../../src/approval/request.js';
import { approver, site } from './directory.js';
import {
  ANA,
  as,
  BO,
  chat,
  DEV,
  openWorld,
  OPERATOR,
  someone,
  STG,
  usualDirectory,
  type World,
  newTapId,
} from './world.js';

let world: World;

beforeAll(async () => {
  world = await openWorld(roomy());
});

beforeEach(() => {
  world.setDirectory(roomy());
});

afterAll(() => world.close());

describe('granting by hand', () => {
  test('lets an address in on the sites that an approver decides for', async () => {
    const answer = await grant({ address: ' 2001:db8:7:8::9 ', site: 'www.stg.example.org', ttlSeconds: 3_600 });

    expect(answer).toMatchObject({
      kind: 'granted',
      grant: { site: STG, address: '2001:db8:7:8::/64', grantedBy: ANA, requestId: null },
    });
    expect(await world.ledger.grants.find(STG, '2001:db8:7:8::/64' as VisitorAddress)).not.toBeNull();
    expect((await world.ledger.audit.recent(1))[0]).toMatchObject({
      who: ANA,
      what: 'granted',
      site: STG,
      address: '2001:db8:7:8::/64',
    });
    expect(world.events.at(-1)).toMatchObject({ event: 'auth_gate.granted', site: STG, by: ANA });
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
    expect(await world.ledger.grants.find(DEV, address)).toBeNull();
  });

  test('is listed to those who decide there', async () => {
    const address = someone();
    await grant({ address, site: DEV, actor: OPERATOR });

    expect(await addressesSeen(as(BO))).toContain(address);
    expect(await addressesSeen(as(BO), DEV)).toContain(address);
    expect(await addressesSeen(OPERATOR)).toContain(address);
    expect(await addressesSeen(as(ANA))).not.toContain(address);
    expect(await world.desk.grants({ actor: as(ANA), site: DEV })).toMatchObject({ kind: 'forbidden' });
    expect(await world.desk.grants({ actor: OPERATOR, site: 'nowhere.example.org' })).toEqual({ kind: 'unknown' });
  });

  async function addressesSeen(actor: Actor, named?: string): Promise<readonly string[]> {
    const answer = await world.desk.grants({ actor, ...(named === undefined ? {} : { site: named }) });
    if (answer.kind !== 'seen') throw new Error(`expected to see, got ${answer.kind}`);
    return answer.value.map(({ address }) => address);
  }
});

describe('revoking', () => {
  test('by address reaches the sites that the actor decides for, and no other', async () => {
    const address = someone();
    await grant({ address, site: STG, actor: OPERATOR });
    await grant({ address, site: DEV, actor: OPERATOR });

    const answer = await revoke(address, as(ANA));

    expect(answer).toMatchObject({ kind: 'revoked', grants: [{ site: STG, address }] });
    expect(await world.ledger.grants.find(STG, address)).toBeNull();
    expect(await world.ledger.grants.find(DEV, address)).not.toBeNull();
    expect(world.events.at(-1)).toMatchObject({ event: 'auth_gate.revoked', site: STG, address, by: ANA });
  });

  test('by number ends that grant', async () => {
    const address = someone();
    const made = await grant({ address, site: STG });
    const { id } = (made as { grant: { id: number } }).grant;

    expect(await revoke(String(id), chat('ana'))).toMatchObject({ kind: 'revoked', grants: [{ id }] });
    expect(await revoke(String(id), as(ANA))).toEqual({ kind: 'unknown' });
  });

  test("does not reach another site's grant by its number", async () => {
    const address = someone();
    const made = await grant({ address, site: DEV, actor: OPERATOR });
    const { id } = (made as { grant: { id: number } }).grant;

    expect(await revoke(String(id), as(ANA))).toEqual({ kind: 'unknown' });
    expect(await world.ledger.grants.find(DEV, address)).not.toBeNull();
  });

  test('by an operator reaches a site that has left sites.toml', async () => {
    const address = someone();
    await grant({ address, site: DEV, actor: OPERATOR });
    world.setDirectory(usualDirectory({ sites: [] }));

    expect(await revoke(address, as(BO))).toMatchObject({ kind: 'forbidden' });
    expect(await revoke(address, OPERATOR)).toMatchObject({ kind: 'revoked', grants: [{ site: DEV }] });
  });

  test.each(['', 'nobody', '10.0.0.0/8', '999999999999'])('of %p finds nothing', async (what) => {
    expect(await revoke(what, OPERATOR)).toEqual({ kind: 'unknown' });
  });
});

function roomy() {
  return usualDirectory({
    maxPendingPerApprover: 1_000,
    approvers: [approver(ANA, { talk: 'ana' }), approver(BO, { talk: 'bo' })],
    sites: [site(STG, { approvers: [ANA, BO], domains: [STG, 'www.stg.example.org'] }), site(DEV, { approvers: [BO] })],
  });
}

function grant(wish: {
  readonly address: string;
  readonly site: string;
  readonly ttlSeconds?: number | null;
  readonly actor?: Actor;
}) {
  return world.desk.grant({ tapId: newTapId(), ttlSeconds: null, actor: as(ANA), surface: 'cli', ...wish });
}

function revoke(what: string, actor: Actor) {
  return world.desk.revoke({ what, actor, surface: 'cli', tapId: newTapId() });
}
