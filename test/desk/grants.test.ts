/** Granting and revoking by hand. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { VisitorAddress } from '../../src/approval/brand.js';
import type { Actor, RequestRecord } from '../../src/approval/request.js';
import type { Knock } from '../../src/contract/desk.js';
import { approver, site } from './directory.js';
import {
  ANA,
  as,
  BO,
  chat,
  DEV,
  opened,
  openedForProducer,
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

  test('is found by what it is called, a few at a time, and by nobody who does not decide there', async () => {
    const [mine, other] = [someone(), someone()];
    await grant({ address: mine, site: DEV, actor: OPERATOR });
    await grant({ address: other, site: DEV, actor: OPERATOR });
    const found = async (actor: Actor, containing: string, limit = 25) => {
      const answer = await world.desk.grants({ actor, limit, search: { by: 'number', containing } });
      return answer.kind === 'seen' ? answer.value.map(({ address }) => address) : answer.kind;
    };

    expect(await found(as(BO), mine)).toEqual([mine]);
    expect(await found(as(BO), DEV, 1)).toHaveLength(1);
    expect(await found(as(ANA), mine)).toEqual([]);
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

  test("by the start of a request's id ends what its approval gave, and says so to its cards", async () => {
    const request = await approved();

    const answer = await revoke(request.id.slice(0, 8), chat('ana'));

    expect(answer).toMatchObject({ kind: 'revoked', grants: [{ site: STG, address: request.address }] });
    const ended = await world.ledger.requests.byId(request.id);
    expect(ended?.decision).toMatchObject({ outcome: 'approved', revocation: { by: ANA } });
    expect((await world.ledger.audit.recent(1))[0]).toMatchObject({ who: ANA, what: 'revoked', requestId: request.id });
    expect(await revoke(request.id, as(ANA))).toEqual({ kind: 'unknown' });
  });

  test("by a request's id is refused to who does not decide for it", async () => {
    const request = await approved({ site: DEV, host: DEV });

    expect(await revoke(request.id, as(ANA))).toEqual({ kind: 'unknown' });
    expect(await world.ledger.grants.find(DEV, request.address)).not.toBeNull();
  });

  test('by digits means a grant where one has that number, else a request', async () => {
    const made = await grant({ address: someone(), site: STG });
    const { id } = (made as { grant: { id: number } }).grant;
    const digits = String(id).padStart(6, '0'); // the same number, and long enough to start an id
    world.setIds([`${digits}aaaaaaaaaaaaaa`, '777777bbbbbbbbbbbbbb']);
    const [shadowed, alone] = [await approved(), await approved()];

    const first = await revoke(digits, as(ANA));
    const second = await revoke('777777', as(ANA));

    expect(first).toMatchObject({ kind: 'revoked', grants: [{ id }] });
    expect(await world.ledger.grants.find(STG, shadowed.address)).not.toBeNull();
    expect(second).toMatchObject({ kind: 'revoked', grants: [{ address: alone.address }] });
  });

  test('that comes twice by the same call has one effect, also where its digits would mean something else by then', async () => {
    const made = await grant({ address: someone(), site: STG });
    const { id } = (made as { grant: { id: number } }).grant;
    const digits = String(id).padStart(6, '0');
    world.setIds([`${digits}cccccccccccccc`]);
    const request = await approved();
    const wish = { what: digits, actor: as(ANA), surface: 'talk', tapId: newTapId() };

    const first = await world.desk.revoke(wish);
    const again = await world.desk.revoke(wish);

    expect([first.kind, again.kind]).toEqual(['revoked', 'repeated']);
    expect(await world.ledger.grants.find(STG, request.address)).not.toBeNull();
  });

  test('over an account that is somebody else from site to site is done in the name of the account', async () => {
    world.setDirectory(
      usualDirectory({
        approvers: [approver(ANA, { talk: 'team' }), approver(BO, { talk: 'team' })],
        sites: [site(STG, { approvers: [ANA] }), site(DEV, { approvers: [BO] })],
      }),
    );
    const address = someone();
    for (const at of [STG, DEV]) await grant({ address, site: at, actor: OPERATOR });

    const answer = await revoke(address, chat('team'));

    expect(answer).toMatchObject({ kind: 'revoked', grants: [{}, {}] });
    expect((await world.ledger.audit.recent(1))[0]).toMatchObject({ who: 'talk:home:team', what: 'revoked' });
  });

  test('over an account that two approvers of every site share is refused as such', async () => {
    world.setDirectory(
      usualDirectory({
        approvers: [approver(ANA, { talk: 'team' }), approver(BO, { talk: 'team' })],
        sites: [site(STG, { approvers: [ANA, BO] })],
      }),
    );

    expect(await revoke(someone(), chat('team'))).toEqual({ kind: 'forbidden', why: 'chat_user_linked_to_several' });
  });

  test.each(['', 'nobody', '10.0.0.0/8', '999999999999'])('of %p finds nothing', async (what) => {
    expect(await revoke(what, OPERATOR)).toEqual({ kind: 'unknown' });
  });
});

describe('extending', () => {
  test('moves the end of an approval to so long from now, for the visitor, the request and its cards', async () => {
    const request = await approved({}, 60);

    const answer = await extend(request.id.slice(0, 10), { ttlSeconds: 3_600 });

    const untilMs = (await world.ledger.grants.find(STG, request.address))?.untilMs ?? 0;
    expect(answer).toMatchObject({ kind: 'extended', grant: { address: request.address, untilMs } });
    expect(Math.abs(untilMs - Date.now() - 3_600_000)).toBeLessThan(10_000);
    const after = await world.ledger.requests.byId(request.id);
    expect(after?.decision?.grantedUntilMs).toBe(untilMs);
    expect(after?.revision).toBeGreaterThan(request.revision);
    expect(world.events.at(-1)).toEqual({
      event: 'auth_gate.extended',
      grant: (answer as { grant: { id: number } }).grant.id,
      request: request.id,
      site: STG,
      address: request.address,
      by: ANA,
      until: new Date(untilMs).toISOString(),
    });
    expect((await world.ledger.audit.recent(1))[0]).toMatchObject({
      who: ANA,
      what: 'extended',
      requestId: request.id,
    });
  });

  test('gives no more than the site does today', async () => {
    const request = await approved();
    world.setDirectory(usualDirectory({ sites: [site(STG, { approvers: [ANA], grantTtlSeconds: 90_000 })] }));

    const answer = await extend(request.id, { ttlSeconds: 9_999_999 });

    const { untilMs } = (answer as { grant: { untilMs: number } }).grant;
    expect(Math.abs(untilMs - Date.now() - 90_000_000)).toBeLessThan(10_000);
  });

  test('never shortens', async () => {
    const request = await approved();
    const before = await world.ledger.grants.find(STG, request.address);

    await extend(request.id, { ttlSeconds: 60 });

    expect((await world.ledger.grants.find(STG, request.address))?.untilMs).toBe(before?.untilMs);
  });

  test('finds nothing to extend where nobody was let in, or is no more', async () => {
    const pending = await opened(world);
    const revoked = await approved();
    await revoke(revoked.id, as(ANA));
    const theirs = await openedForProducer(world, { admin: ANA });

    expect(await extend(pending.id, {})).toMatchObject({ kind: 'no_grant', request: { id: pending.id } });
    expect(await extend(revoked.id, {})).toMatchObject({ kind: 'no_grant', request: { id: revoked.id } });
    expect(await extend(theirs.id, {})).toMatchObject({ kind: 'no_grant', request: { id: theirs.id } });
  });

  test('is refused to who does not decide there', async () => {
    const request = await approved({ site: DEV, host: DEV });

    const answer = await world.desk.extend({
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
    const wish = { ref, ttlSeconds: null, actor: as(ANA), surface: 'talk', tapId: newTapId() };

    expect((await world.desk.extend(wish)).kind).toBe('extended');
    expect((await world.desk.extend(wish)).kind).toBe('repeated');
  });

  function extend(prefix: string, { ttlSeconds = null }: { readonly ttlSeconds?: number | null }) {
    const ref = { by: 'prefix', prefix } as const;
    return world.desk.extend({ ref, ttlSeconds, actor: as(ANA), surface: 'cli', tapId: newTapId() });
  }
});

async function approved(facts: Partial<Knock> = {}, ttlSeconds?: number): Promise<RequestRecord> {
  const request = await opened(world, facts);
  const tap = { id: newTapId(), ref: { by: 'id', id: request.id }, actor: OPERATOR, surface: 'cli' } as const;
  await world.desk.decide({ ...tap, verdict: 'approve', ...(ttlSeconds === undefined ? {} : { ttlSeconds }) });
  return request;
}

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
