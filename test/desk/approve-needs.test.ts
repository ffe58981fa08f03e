/** A site that wants a proof of each approval: what comes without one lets nobody in, from wherever it comes. */
import { describe, expect, test } from '@jest/globals';
import type { Actor, RequestRecord } from '../../src/approval/request.js';
import { TRUSTED } from '../../src/approval/site.js';
import type { ApprovalProof } from '../../src/contract/ledger.js';
import { tapSentence } from '../../src/approval/sentences.js';
import {
  ANA,
  as,
  BO,
  byId,
  chat,
  DEV,
  newTapId,
  opened,
  openedForProducer,
  OPERATOR,
  PUBLIC_URL,
  someone,
  STG,
  uncapped,
} from '../fixtures/desk/desk.js';
import { fixture, oneDesk } from '../fixtures/desk/one-desk.js';
import { approver, site } from '../fixtures/sites/directory.js';

const shown = { ...TRUSTED, may: 'link_only' } as const;

oneDesk(() =>
  uncapped({
    approvers: [approver(ANA, { talk: 'ana', shown: 'ana' }), approver(BO, { talk: 'bo' })],
    sites: [
      site(STG, {
        approvers: [ANA],
        approveNeeds: 'passkey',
        channelPolicies: new Map([['shown' as never, shown]]),
      }),
      site(DEV, { approvers: [ANA], needsSecondFactor: true }),
    ],
  }),
);

const onPage = () => ({ actor: as(ANA), surface: 'page', tapId: newTapId() });
const inChat = (channel = 'talk') => ({ actor: chat('ana', channel), surface: channel, tapId: newTapId() });
const atCli = () => ({ actor: OPERATOR, surface: 'cli', tapId: newTapId() });

function approve(request: RequestRecord, acting: ReturnType<typeof onPage>, more: { proof?: ApprovalProof } = {}) {
  return fixture.desk.decide({ ...acting, ...more, verdict: 'approve', ref: byId(request) });
}

async function isDecided({ id }: RequestRecord): Promise<boolean> {
  return (await fixture.ledger.requests.byId(id))?.decision !== null;
}

const BAD: ApprovalProof = {
  kind: 'passkey',
  challenge: { hash: 'a', holder: 'b' },
  id: 'c',
  account: ANA,
  counter: 1,
};

describe('over a chat', () => {
  test('approving is refused with a link to the page, and denying is taken', async () => {
    const request = await opened(fixture);

    const answer = await approve(request, inChat());

    expect(answer).toEqual({
      kind: 'forbidden',
      why: 'channel_may_not_approve',
      openAt: `${PUBLIC_URL}/requests/${request.id}`,
    });
    expect(tapSentence(answer)).toContain(`${PUBLIC_URL}/requests/${request.id}`);
    expect(await isDecided(request)).toBe(false);
    expect(await fixture.desk.decide({ ...inChat(), verdict: 'deny', ref: byId(request) })).toMatchObject({
      kind: 'decided',
    });
  });

  test('less time, a grant and an extension are approvals, too; revoking is none', async () => {
    const request = await opened(fixture);
    const briefly = { ...inChat(), verdict: 'approve', ref: byId(request), ttlSeconds: 60 } as const;
    expect(await fixture.desk.decide(briefly)).toMatchObject({ kind: 'forbidden' });
    const granted = { ...inChat(), site: STG, address: someone(), ttlSeconds: null };
    expect(await fixture.desk.grant(granted)).toMatchObject({ kind: 'forbidden' });

    await approve(request, atCli());
    const extended = { ...inChat(), ref: byId(request), ttlSeconds: null };
    expect(await fixture.desk.extend(extended)).toMatchObject({ kind: 'forbidden' });
    expect(await fixture.desk.revoke({ ...inChat(), what: request.id })).toMatchObject({ kind: 'revoked' });
  });

  test('that may only show a link, it stays so', async () => {
    const request = await opened(fixture);

    expect(await fixture.desk.decide({ ...inChat('shown'), verdict: 'deny', ref: byId(request) })).toMatchObject({
      why: 'channel_may_not_decide',
    });
  });

  test('a proof that comes with it changes nothing', async () => {
    const request = await opened(fixture);

    expect(await approve(request, inChat(), { proof: BAD })).toMatchObject({ kind: 'forbidden' });
  });
});

describe('on the page', () => {
  const proofs: readonly (readonly [string, ApprovalProof | undefined])[] = [
    ['none', undefined],
    ['one that was never asked for', BAD],
    ['somebody else’s', { ...BAD, account: BO }],
    ['one of another kind', { ...BAD, kind: 'totp', step: 1 }],
    ['a sign-in', { kind: 'sign_in', account: ANA, session: 'a', mark: 'b' }],
  ];
  test.each(proofs)('without a proof that counts nothing is approved: %s', async (_what, proof) => {
    const request = await opened(fixture);

    const answer = await approve(request, onPage(), proof === undefined ? {} : { proof });

    expect(answer).toMatchObject({ kind: 'unproven', needs: 'passkey' });
    expect(await isDecided(request)).toBe(false);
  });

  test('nothing is granted or extended without a request', async () => {
    const granted = { ...onPage(), site: STG, address: someone(), ttlSeconds: null };

    expect(await fixture.desk.grant(granted)).toEqual({ kind: 'forbidden', why: 'approval_needs_proof' });
  });

  test('a producer that asks for a host of the site is bound by it, whomever it names', async () => {
    const request = await openedForProducer(fixture, { host: STG });

    expect(await approve(request, onPage())).toMatchObject({ kind: 'unproven' });
    expect(await approve(request, inChat())).toMatchObject({ kind: 'forbidden' });
  });
});

test('an operator at the command line approves, and the audit says that nothing was proven', async () => {
  const request = await opened(fixture);

  expect(await approve(request, atCli())).toMatchObject({ kind: 'decided' });
  await fixture.desk.extend({ ...atCli(), ref: byId(request), ttlSeconds: null });

  const told = (await fixture.ledger.audit.recent(20)).filter(({ requestId }) => requestId === request.id);
  const decided = told.find(({ what }) => what === 'decided');
  expect(decided).toMatchObject({ who: 'operator:root', surface: 'cli', detail: { proof: 'waived' } });
});

test('whoever is no operator proves it at the command line, too', async () => {
  const request = await opened(fixture);

  expect(await approve(request, { ...atCli(), actor: as(ANA) })).toMatchObject({ kind: 'unproven' });
});

describe('where two factors are wanted', () => {
  const two: Actor = { kind: 'approver', approver: ANA, isWithASecond: true };
  test.each(['approve', 'deny'] as const)('whoever signed in by one may not %s on the page', async (verdict) => {
    const request = await opened(fixture, { site: DEV, host: DEV });
    const tap = { ...onPage(), verdict, ref: byId(request) };

    expect(await fixture.desk.decide(tap)).toMatchObject({ kind: 'unproven', needs: 'second_factor' });
    expect(await isDecided(request)).toBe(false);
    expect(await fixture.desk.decide({ ...tap, actor: two })).toMatchObject({ kind: 'decided' });
  });

  const reading = (isWithASecond: boolean) => ({ ...inChat(), actor: { ...chat('ana'), isWithASecond } });

  test.each(['approve', 'deny'] as const)('nor %s in an inbox that knows them by a session', async (verdict) => {
    const request = await opened(fixture, { site: DEV, host: DEV });
    const tap = { verdict, ref: byId(request) };

    const refused = await fixture.desk.decide({ ...reading(false), ...tap });

    expect(refused).toEqual({
      kind: 'forbidden',
      why: 'second_factor_wanted',
      openAt: `${PUBLIC_URL}/requests/${request.id}`,
    });
    expect(tapSentence(refused)).toContain(`two factors`);
    expect(tapSentence(refused)).toContain(`${PUBLIC_URL}/requests/${request.id}`);
    expect(await isDecided(request)).toBe(false);
    const rows = await fixture.ledger.audit.recent(20);
    expect(rows.find(({ requestId }) => requestId === request.id)).toMatchObject({
      what: 'forbidden',
      detail: { verb: verdict, why: 'second_factor_wanted' },
    });
    expect(await fixture.desk.decide({ ...reading(true), ...tap })).toMatchObject({ kind: 'decided' });
    const again = await fixture.desk.decide({ ...reading(false), ...tap });
    expect(again).toMatchObject({ kind: 'already' });
  });

  test('nor grant or extend there; revoking is free, as on the page', async () => {
    const request = await opened(fixture, { site: DEV, host: DEV });
    await fixture.desk.decide({ ...reading(true), verdict: 'approve', ref: byId(request) });
    const granted = { ...reading(false), site: DEV, address: someone(), ttlSeconds: null };
    const extended = { ...reading(false), ref: byId(request), ttlSeconds: null };
    const why = { kind: 'forbidden', why: 'second_factor_wanted' };

    expect(await fixture.desk.grant(granted)).toEqual(why);
    expect(await fixture.desk.extend(extended)).toEqual(why);
    expect(await fixture.desk.revoke({ ...reading(false), what: request.id })).toMatchObject({ kind: 'revoked' });
  });

  test.each([DEV, someone()])('nor turn everybody away by a mute of %s', async (what) => {
    const refused = await fixture.desk.mute({ ...reading(false), what, ttlSeconds: null });

    expect(refused).toEqual({ kind: 'forbidden', why: 'second_factor_wanted' });
    expect(await fixture.ledger.mutes.live()).toEqual([]);
    expect(await fixture.desk.mute({ ...reading(true), what, ttlSeconds: null })).toMatchObject({ kind: 'muted' });
    expect(await fixture.desk.unmute({ ...reading(false), what })).toMatchObject({ kind: 'unmuted' });
  });

  test('how an account of a platform signed in there is not asked', async () => {
    const request = await opened(fixture, { site: DEV, host: DEV });

    expect(await fixture.desk.decide({ ...inChat(), verdict: 'deny', ref: byId(request) })).toMatchObject({
      kind: 'decided',
    });
  });
});
