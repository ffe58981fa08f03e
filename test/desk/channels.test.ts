/** How far a channel is trusted: what may be done over it, for how long, and by whom it is really done. */
import { describe, expect, test } from '@jest/globals';
import type { Actor, ChatUser, RequestRecord } from '../../src/approval/request.js';
import {
  ANA,
  byId,
  chat,
  DEV,
  newTapId,
  opened,
  openedForProducer,
  OPERATOR,
  someone,
  STG,
} from '../fixtures/desk/desk.js';
import { fixture, oneDesk } from '../fixtures/desk/one-desk.js';
import { BOS, policed } from '../fixtures/desk/policed.js';

oneDesk(policed);

/** A refused decision says where it may be made. */
function openAt(verb: string, { id }: RequestRecord): { readonly openAt?: string } {
  return verb === 'approve' || verb === 'deny' ? { openAt: `https://gate.example.org/requests/${id}` } : {};
}

describe('a channel that may only deny', () => {
  test.each(['approve', 'grant', 'extend'] as const)(
    'does not %s; the audit says so, nothing changed',
    async (verb) => {
      const { request, attempt } = await attempting(verb, 'weak');

      expect(await attempt()).toEqual({ kind: 'forbidden', why: 'channel_may_not_approve', ...openAt(verb, request) });
      expect((await fixture.ledger.audit.recent(1))[0]).toMatchObject({
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
      const { request, attempt } = await attempting(verb, 'shown');

      expect(await attempt()).toEqual({ kind: 'forbidden', why: 'channel_may_not_decide', ...openAt(verb, request) });
    },
  );

  test('still answers what is asked', async () => {
    const request = await opened(fixture);
    const actor = chat('ana', 'shown');

    expect(await fixture.desk.pending({ actor })).toMatchObject({ kind: 'seen' });
    expect(await fixture.desk.show(byId(request), actor)).toMatchObject({ kind: 'seen' });
    expect(await fixture.desk.deliveries(byId(request), actor)).toMatchObject({ kind: 'seen' });
    expect(await fixture.desk.grants({ actor })).toMatchObject({ kind: 'seen' });
    expect(await fixture.desk.history({ actor })).toMatchObject({ kind: 'seen' });
  });

  test('by an address reaches only the sites that trust it', async () => {
    const address = someone();
    for (const at of [STG, DEV]) await granted(address, at);
    const input = { what: address, actor: chat('bo', 'shown'), surface: 'shown' };

    const muted = await fixture.desk.mute({ ...input, ttlSeconds: null, tapId: newTapId() });
    const revoked = await fixture.desk.revoke({ ...input, tapId: newTapId() });
    const again = await fixture.desk.revoke({ ...input, tapId: newTapId() });

    expect(muted).toMatchObject({ kind: 'muted', sites: [DEV], address });
    expect(revoked).toMatchObject({ kind: 'revoked', grants: [{ site: DEV }] });
    expect(again).toEqual({ kind: 'forbidden', why: 'channel_may_not_decide' });
    expect(await fixture.ledger.grants.find(STG, address)).not.toBeNull();
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
      const request = await openedForProducer(fixture, { host: BOS, admin: ANA });

      const answer = await fixture.desk.decide({
        tapId: newTapId(),
        verdict,
        ref: byId(request),
        actor: chat('ana', channel),
        surface: channel,
      });

      expect(request.site).toBeNull();
      expect(answer).toEqual({ kind: 'forbidden', why, ...openAt(verdict, request) });
      expect((await fixture.ledger.requests.byId(request.id))?.decision).toBeNull();
    },
  );

  test('is answered over a channel that the site trusts, and for a host of its own over any', async () => {
    const [ours, theirs] = [await openedForProducer(fixture, { host: DEV }), await openedForProducer(fixture)];

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
    const request = await opened(fixture);
    const input = { actor, surface: 'brief', ttlSeconds };
    const wished = ttlSeconds === null ? {} : { ttlSeconds };

    const approved = await fixture.desk.decide({
      tapId: newTapId(),
      verdict: 'approve',
      ref: byId(request),
      actor,
      surface: 'brief',
      ...wished,
    });
    const made = await fixture.desk.grant({ ...input, tapId: newTapId(), address: someone(), site: STG });
    const extended = await fixture.desk.extend({ ...input, tapId: newTapId(), ref: byId(request) });

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
    const request = await opened(fixture);
    const input = { actor: barred, surface: 'talk' };
    const { desk } = fixture;
    const tries = {
      approve: () => desk.decide({ ...input, tapId: newTapId(), verdict: 'approve', ref: byId(request) }),
      deny: () => desk.decide({ ...input, tapId: newTapId(), verdict: 'deny', ref: { by: 'prefix', prefix: 'zzzz' } }),
      grant: () => desk.grant({ ...input, tapId: newTapId(), address: someone(), site: STG, ttlSeconds: null }),
      revoke: () => desk.revoke({ ...input, tapId: newTapId(), what: request.address }),
      extend: () => desk.extend({ ...input, tapId: newTapId(), ref: byId(request), ttlSeconds: null }),
      mute: () => desk.mute({ ...input, tapId: newTapId(), what: STG, ttlSeconds: null }),
      unmute: () => desk.unmute({ ...input, tapId: newTapId(), what: STG }),
      link: () => desk.linkCode({ ...input, tapId: newTapId() }),
      unlink: () => desk.unlink({ ...input, tapId: newTapId() }),
      doctor: () => desk.admit({ ...input, tapId: newTapId(), operation: 'doctor' }),
      drill: () => desk.admit({ ...input, tapId: newTapId(), operation: 'drill' }),
      who: () => desk.who(barred),
      pending: () => desk.pending({ actor: barred }),
      grants: () => desk.grants({ actor: barred, site: STG }),
      history: () => desk.history({ actor: barred }),
      show: () => desk.show(byId(request), barred),
    };

    for (const [verb, attempt] of Object.entries(tries)) {
      expect({ verb, ...(await attempt()) }).toEqual({ verb, kind: 'forbidden', why: 'chat_user_is_guest' });
      expect((await fixture.ledger.audit.recent(1))[0]).toMatchObject({
        who: 'talk:home:ana',
        what: 'forbidden',
        detail: { verb, why: 'chat_user_is_guest' },
      });
    }
    expect(await fixture.desk.deliveries(byId(request), barred)).toMatchObject({ kind: 'forbidden' });
  });
});

test('who bound an account is what the ledger says, whatever comes in with it', async () => {
  const request = await opened(fixture);
  const pretender: ChatUser = { ...chat('eve'), linked: [ANA] };

  expect(await decided(request, pretender)).toEqual({ kind: 'forbidden', why: 'chat_user_not_linked' });
  expect(await fixture.desk.who(pretender)).toMatchObject({ value: { approvers: [], isLinked: false } });
});

type Tried = 'approve' | 'deny' | 'grant' | 'extend' | 'revoke' | 'mute' | 'unmute';

/** Ana's try over a channel, at a request for which it would work over another one. */
async function attempting(verb: Tried, surface: string) {
  const request = await opened(fixture);
  if (verb === 'extend' || verb === 'revoke') await decided(request, OPERATOR);
  if (verb === 'unmute') await fixture.desk.mute({ ...operators(), what: request.address, ttlSeconds: null });
  const input = { actor: chat('ana', surface), surface, tapId: newTapId() };
  const attempts: Readonly<Record<Tried, () => Promise<{ readonly kind: string }>>> = {
    approve: () => fixture.desk.decide({ ...input, tapId: input.tapId, verdict: 'approve', ref: byId(request) }),
    deny: () => fixture.desk.decide({ ...input, tapId: input.tapId, verdict: 'deny', ref: byId(request) }),
    grant: () => fixture.desk.grant({ ...input, address: request.address, site: STG, ttlSeconds: null }),
    extend: () => fixture.desk.extend({ ...input, ref: byId(request), ttlSeconds: null }),
    revoke: () => fixture.desk.revoke({ ...input, what: request.id }),
    mute: () => fixture.desk.mute({ ...input, what: request.address, ttlSeconds: null }),
    unmute: () => fixture.desk.unmute({ ...input, what: request.address }),
  };
  return { request, attempt: attempts[verb] };
}

function operators() {
  return { actor: OPERATOR, surface: 'cli', tapId: newTapId() };
}

function decided(request: RequestRecord, actor: Actor) {
  const surface = actor.kind === 'chat' ? actor.channel : 'cli';
  return fixture.desk.decide({ tapId: newTapId(), verdict: 'approve', ref: byId(request), actor, surface });
}

async function isGranted({ address }: RequestRecord): Promise<boolean> {
  return (await fixture.ledger.grants.find(STG, address)) !== null;
}

function granted(address: string, at: string) {
  return fixture.desk.grant({ ...operators(), address, site: at, ttlSeconds: null });
}
