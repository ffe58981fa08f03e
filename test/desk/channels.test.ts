/** How far a channel is trusted: what may be done over it, for how long, and by whom it is really done. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { ApproverId, SiteKey } from '../../src/approval/brand.js';
import { MAX_REASON_CODE_POINTS, type Actor, type ChatUser, type RequestRecord } from '../../src/approval/request.js';
import { TRUSTED, type ChannelPolicy } from '../../src/approval/site.js';
import { approver, site } from './directory.js';
import {
  ANA,
  BO,
  byId,
  chat,
  DEV,
  newTapId,
  opened,
  openedForProducer,
  openWorld,
  OPERATOR,
  someone,
  STG,
  uncapped,
  type World,
} from './world.js';

/** The channels of the staging site; the dev site trusts them all. */
const POLICIES: Readonly<Record<string, Partial<ChannelPolicy>>> = {
  weak: { may: 'deny_only' },
  shown: { may: 'link_only' },
  brief: { maxGrantTtlSeconds: 600 },
};

/** Ana is no approver here. */
const BOS = 'bos.example.org' as SiteKey;

let world: World;

beforeAll(async () => {
  world = await openWorld(policed());
});

beforeEach(() => {
  world.setDirectory(policed());
});

afterAll(() => world.close());

describe('a channel that may only deny', () => {
  test.each(['approve', 'grant', 'extend'] as const)(
    'does not %s; the audit says so, nothing changed',
    async (verb) => {
      const { request, attempt } = await attempting(verb, 'weak');

      expect(await attempt()).toEqual({ kind: 'forbidden', why: 'channel_may_not_approve' });
      expect((await world.ledger.audit.recent(1))[0]).toMatchObject({
        who: 'weak:home:ana',
        what: 'forbidden',
        surface: 'weak',
        site: STG,
        detail: { verb, why: 'channel_may_not_approve' },
      });
      expect(await isGranted(request)).toBe(verb === 'extend');
    },
  );

  test.each(['deny', 'revoke', 'mute', 'unmute'] as const)('does %s', async (verb) => {
    const { attempt } = await attempting(verb, 'weak');

    expect((await attempt()).kind).toBe({ deny: 'decided', revoke: 'revoked', mute: 'muted', unmute: 'unmuted' }[verb]);
  });
});

describe('a channel that may only show a link', () => {
  test.each(['approve', 'deny', 'grant', 'extend', 'revoke', 'mute', 'unmute'] as const)(
    'does not %s',
    async (verb) => {
      const { attempt } = await attempting(verb, 'shown');

      expect(await attempt()).toEqual({ kind: 'forbidden', why: 'channel_may_not_decide' });
    },
  );

  test('still answers what is asked', async () => {
    const request = await opened(world);
    const actor = chat('ana', 'shown');

    expect(await world.desk.pending({ actor })).toMatchObject({ kind: 'seen' });
    expect(await world.desk.show(byId(request), actor)).toMatchObject({ kind: 'seen' });
    expect(await world.desk.deliveries(byId(request), actor)).toMatchObject({ kind: 'seen' });
    expect(await world.desk.grants({ actor })).toMatchObject({ kind: 'seen' });
    expect(await world.desk.history({ actor })).toMatchObject({ kind: 'seen' });
  });

  test('by an address reaches only the sites that trust it', async () => {
    const address = someone();
    for (const at of [STG, DEV]) await granted(address, at);
    const wish = { what: address, actor: chat('bo', 'shown'), surface: 'shown' };

    const muted = await world.desk.mute({ ...wish, ttlSeconds: null, tapId: newTapId() });
    const revoked = await world.desk.revoke({ ...wish, tapId: newTapId() });
    const again = await world.desk.revoke({ ...wish, tapId: newTapId() });

    expect(muted).toMatchObject({ kind: 'muted', sites: [DEV], address });
    expect(revoked).toMatchObject({ kind: 'revoked', grants: [{ site: DEV }] });
    expect(again).toEqual({ kind: 'forbidden', why: 'channel_may_not_decide' });
    expect(await world.ledger.grants.find(STG, address)).not.toBeNull();
  });
});

describe('a producer that asks for our own host', () => {
  test.each([
    ['weak', 'approve', 'channel_may_not_approve'],
    ['shown', 'approve', 'channel_may_not_decide'],
    ['shown', 'deny', 'channel_may_not_decide'],
  ] as const)(
    'and names somebody who is no approver there is bound by the site all the same: over %s nobody may %s',
    async (channel, verdict, why) => {
      const request = await openedForProducer(world, { host: BOS, admin: ANA });

      const answer = await world.desk.decide({
        id: newTapId(),
        verdict,
        ref: byId(request),
        actor: chat('ana', channel),
        surface: channel,
      });

      expect(request.site).toBeNull();
      expect(answer).toEqual({ kind: 'forbidden', why });
      expect((await world.ledger.requests.byId(request.id))?.decision).toBeNull();
    },
  );

  test('is answered over a channel that the site trusts, and for a host of its own over any', async () => {
    const [ours, theirs] = [await openedForProducer(world, { host: DEV }), await openedForProducer(world)];

    expect((await decided(ours, chat('ana', 'talk'))).kind).toBe('decided');
    expect((await decided(theirs, chat('ana', 'shown'))).kind).toBe('decided');
  });
});

describe('a channel that may give only so much time', () => {
  test.each([
    ['nothing wished', null],
    ['more wished', 999_999],
  ])('gives it to an approval, a grant and an extension (%s)', async (_what, ttlSeconds) => {
    const actor = chat('ana', 'brief');
    const request = await opened(world);
    const wish = { actor, surface: 'brief', ttlSeconds };
    const wished = ttlSeconds === null ? {} : { ttlSeconds };

    const approved = await world.desk.decide({
      id: newTapId(),
      verdict: 'approve',
      ref: byId(request),
      actor,
      surface: 'brief',
      ...wished,
    });
    const made = await world.desk.grant({ ...wish, tapId: newTapId(), address: someone(), site: STG });
    const extended = await world.desk.extend({ ...wish, tapId: newTapId(), ref: byId(request) });

    const untils = [
      (approved as { decision: { grantedUntilMs: number } }).decision.grantedUntilMs,
      (made as { grant: { untilMs: number } }).grant.untilMs,
      (extended as { grant: { untilMs: number } }).grant.untilMs,
    ];
    for (const untilMs of untils) expect(Math.abs(untilMs - Date.now() - 600_000)).toBeLessThan(10_000);
  });
});

describe('an account that its platform bars', () => {
  const barred: ChatUser = { ...chat('ana'), barredBecause: 'chat_user_is_guest' };

  test('may do nothing at all, and each try is audited', async () => {
    const request = await opened(world);
    const wish = { actor: barred, surface: 'talk' };
    const { desk } = world;
    const tries = {
      approve: () => desk.decide({ ...wish, id: newTapId(), verdict: 'approve', ref: byId(request) }),
      deny: () => desk.decide({ ...wish, id: newTapId(), verdict: 'deny', ref: { by: 'prefix', prefix: 'zzzz' } }),
      grant: () => desk.grant({ ...wish, tapId: newTapId(), address: someone(), site: STG, ttlSeconds: null }),
      revoke: () => desk.revoke({ ...wish, tapId: newTapId(), what: request.address }),
      extend: () => desk.extend({ ...wish, tapId: newTapId(), ref: byId(request), ttlSeconds: null }),
      mute: () => desk.mute({ ...wish, tapId: newTapId(), what: STG, ttlSeconds: null }),
      unmute: () => desk.unmute({ ...wish, tapId: newTapId(), what: STG }),
      link: () => desk.linkCode({ ...wish, tapId: newTapId() }),
      unlink: () => desk.unlink({ ...wish, tapId: newTapId() }),
      doctor: () => desk.admit({ ...wish, tapId: newTapId(), errand: 'doctor' }),
      drill: () => desk.admit({ ...wish, tapId: newTapId(), errand: 'drill' }),
      who: () => desk.who(barred),
      pending: () => desk.pending({ actor: barred }),
      grants: () => desk.grants({ actor: barred, site: STG }),
      history: () => desk.history({ actor: barred }),
      show: () => desk.show(byId(request), barred),
    };

    for (const [verb, attempt] of Object.entries(tries)) {
      expect({ verb, ...(await attempt()) }).toEqual({ verb, kind: 'forbidden', why: 'chat_user_is_guest' });
      expect((await world.ledger.audit.recent(1))[0]).toMatchObject({
        who: 'talk:home:ana',
        what: 'forbidden',
        detail: { verb, why: 'chat_user_is_guest' },
      });
    }
    expect(await world.desk.deliveries(byId(request), barred)).toMatchObject({ kind: 'forbidden' });
  });
});

test('who bound an account is what the ledger says, whatever comes in with it', async () => {
  const request = await opened(world);
  const pretender: ChatUser = { ...chat('eve'), linked: [ANA] };

  expect(await decided(request, pretender)).toEqual({ kind: 'forbidden', why: 'chat_user_not_linked' });
  expect(await world.desk.who(pretender)).toMatchObject({ value: { approvers: [], isLinked: false } });
});

describe('a reason', () => {
  test.each([
    ['is trimmed', '  a scanner ', 'a scanner'],
    ['loses its line breaks and control characters', 'one\r\n\u0000two\u2028three\u0007', 'one two three'],
    ['loses halves of characters', 'a\ud83db', 'a b'],
    ['of nothing but blanks is none', ' \n\t ', undefined],
    ['keeps its own spaces and quotes', 'it is  "fine"', 'it is  "fine"'],
  ])('%s', async (_what, reason, kept) => {
    const request = await opened(world);

    await denied(request, reason);

    const decision = (await world.ledger.requests.byId(request.id))?.decision;
    expect(decision?.denial).toEqual(kept === undefined ? undefined : { reason: kept, isShared: true });
  });

  test('is cut by the character', async () => {
    const request = await opened(world);

    await denied(request, '\u{1f6a7}'.repeat(MAX_REASON_CODE_POINTS + 1));

    const reason = (await world.ledger.requests.byId(request.id))?.decision?.denial?.reason ?? '';
    expect(Array.from(reason)).toHaveLength(MAX_REASON_CODE_POINTS);
    expect(reason).toMatch(/^(\u{1f6a7})+…$/u);
  });

  test('of an approval is nothing', async () => {
    const request = await opened(world);
    const denial = { reason: 'welcome', isShared: true };

    await world.desk.decide({
      id: newTapId(),
      verdict: 'approve',
      ref: byId(request),
      actor: OPERATOR,
      surface: 'cli',
      denial,
    });

    expect((await world.ledger.requests.byId(request.id))?.decision?.denial).toBeUndefined();
  });

  function denied(request: RequestRecord, reason: string) {
    const denial = { reason, isShared: true };
    return world.desk.decide({
      id: newTapId(),
      verdict: 'deny',
      ref: byId(request),
      actor: OPERATOR,
      surface: 'cli',
      denial,
    });
  }
});

type Tried = 'approve' | 'deny' | 'grant' | 'extend' | 'revoke' | 'mute' | 'unmute';

/** Ana's try over a channel, at a request for which it would work over another one. */
async function attempting(verb: Tried, surface: string) {
  const request = await opened(world);
  if (verb === 'extend' || verb === 'revoke') await decided(request, OPERATOR);
  if (verb === 'unmute') await world.desk.mute({ ...operators(), what: request.address, ttlSeconds: null });
  const wish = { actor: chat('ana', surface), surface, tapId: newTapId() };
  const attempts: Readonly<Record<Tried, () => Promise<{ readonly kind: string }>>> = {
    approve: () => world.desk.decide({ ...wish, id: wish.tapId, verdict: 'approve', ref: byId(request) }),
    deny: () => world.desk.decide({ ...wish, id: wish.tapId, verdict: 'deny', ref: byId(request) }),
    grant: () => world.desk.grant({ ...wish, address: request.address, site: STG, ttlSeconds: null }),
    extend: () => world.desk.extend({ ...wish, ref: byId(request), ttlSeconds: null }),
    revoke: () => world.desk.revoke({ ...wish, what: request.id }),
    mute: () => world.desk.mute({ ...wish, what: request.address, ttlSeconds: null }),
    unmute: () => world.desk.unmute({ ...wish, what: request.address }),
  };
  return { request, attempt: attempts[verb] };
}

function operators() {
  return { actor: OPERATOR, surface: 'cli', tapId: newTapId() };
}

function decided(request: RequestRecord, actor: Actor) {
  const surface = actor.kind === 'chat' ? actor.channel : 'cli';
  return world.desk.decide({ id: newTapId(), verdict: 'approve', ref: byId(request), actor, surface });
}

async function isGranted({ address }: RequestRecord): Promise<boolean> {
  return (await world.ledger.grants.find(STG, address)) !== null;
}

function granted(address: string, at: string) {
  return world.desk.grant({ ...operators(), address, site: at, ttlSeconds: null });
}

function policed() {
  const channels = ['talk', ...Object.keys(POLICIES)];
  const everywhere = (name: string) => Object.fromEntries(channels.map((channel) => [channel, name]));
  const channelPolicies = new Map(
    Object.entries(POLICIES).map(([name, policy]) => [name as never, { ...TRUSTED, ...policy }]),
  );
  return uncapped({
    sites: [
      site(STG, { approvers: [ANA, BO], channelPolicies }),
      site(DEV, { approvers: [BO] }),
      site(BOS, { approvers: [BO], channelPolicies }),
    ],
    approvers: [ANA, BO].map((id) => approver(id, everywhere(nameOf(id)))),
  });
}

function nameOf(id: ApproverId): string {
  return id.split('@')[0] ?? id;
}
