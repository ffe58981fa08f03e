/** Every card is drawn to its end: what was deleted is followed up, what comes late overwrites nothing, what changes shows. */
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { outcomeSentence } from '../../src/approval/card-view.js';
import type { RequestRecord } from '../../src/approval/request.js';
import { systemRandom } from '../../src/base/crypto/random.js';
import type { OpenChannel } from '../../src/contract/channel.js';
import type { Desk } from '../../src/contract/desk.js';
import type { DeliveryLedger } from '../../src/contract/ledger.js';
import type { Answer, EditingNotifier, Recipient, UpdateNotice } from '../../src/contract/notifier.js';
import { startFakeTalk, type FakeTalk } from '../fakes/talk.js';
import { openTalkAt } from '../fixtures/channels/talk.js';
import { APPROVER, approve, ask, closeLedger, openFixture, type Fixture } from '../fixtures/delivery/delivery.js';
import { scriptedChannel, type Call, type ScriptedChannel } from '../fixtures/delivery/scripted-channel.js';

const TALK = { channels: ['talk'] };
const AT_TALK: Recipient = { kind: 'approver', approver: APPROVER, address: 'talk-rpm' };
const ACTOR = { kind: 'approver', approver: APPROVER } as const;

let gateFixture: Fixture;

beforeEach(async () => {
  gateFixture = await openFixture();
});

afterEach(() => gateFixture.close());

afterAll(closeLedger);

async function revoke(desk: Desk, request: RequestRecord): Promise<void> {
  const answer = await desk.revoke({ actor: ACTOR, surface: 'page', tapId: systemRandom().id(), what: request.id });
  if (answer.kind !== 'revoked') throw new Error(`not revoked: ${answer.kind}`);
}

async function extend(desk: Desk, request: RequestRecord): Promise<number> {
  const input = { actor: ACTOR, surface: 'page', tapId: systemRandom().id(), ttlSeconds: null };
  const answer = await desk.extend({ ...input, ref: { by: 'id', id: request.id } });
  if (answer.kind !== 'extended') throw new Error(`not extended: ${answer.kind}`);
  return answer.grant.untilMs;
}

describe('at a real Talk server', () => {
  let talk: FakeTalk;
  let channel: OpenChannel;

  beforeEach(async () => {
    talk = await startFakeTalk();
    channel = await openTalkAt(talk.apiUrl);
  });

  afterEach(async () => {
    await gateFixture.close();
    await channel.stop();
    await talk.close();
  });

  function carried(notifier = channel.notifier, slots = channel.slots): Pick<ScriptedChannel, 'transport'> {
    return { transport: { notifier, slots } };
  }

  function shown(): readonly string[] {
    return talk.sees(AT_TALK).map(({ text }) => text);
  }

  test('a card that was deleted gets a follow-up, which later changes redraw', async () => {
    const desk = gateFixture.desk(gateFixture.courier({ talk: carried() }));
    const { request, token } = await ask(desk, TALK);
    await gateFixture.results.until(({ outcome }) => outcome.state === 'sent');

    await talk.behave({ kind: 'message_gone' });
    await approve(desk, token);
    await gateFixture.results.until(({ outcome }) => outcome.state === 'sent', { count: 2 });
    await talk.behave({ kind: 'normal' });
    await revoke(desk, request);
    await gateFixture.results.until(({ outcome }) => outcome.state === 'sent', { count: 3 });

    expect(shown()).toHaveLength(2);
    expect(shown()[1]).toContain('Approved by rpm@koder.dev over the confirm page');
    expect(shown()[1]).toContain('Revoked by rpm@koder.dev');
    const told = gateFixture.events.all.map(({ event }) => event).filter((name) => /lost|follow/.test(name));
    expect(told).toEqual(['auth_gate.card_lost', 'auth_gate.follow_up_sent']);
    await expect(gateFixture.ledger.deliveries.stragglers(10)).resolves.toEqual([]);
  });

  test('an edit that comes late, from a courier whose lease is lost, overwrites no final card', async () => {
    const late = heldBack(channel.notifier);
    const hung = { limits: { leaseMs: 400 }, over: neverRenewing };
    const desk = gateFixture.desk(gateFixture.courier({ talk: carried(late.notifier, 1) }, hung));
    const { request, token } = await ask(desk, TALK);
    await gateFixture.results.until(({ outcome }) => outcome.state === 'sent');
    await approve(desk, token);
    await late.isCalled;

    await revoke(desk, request);
    gateFixture.courier({ talk: carried() });
    await gateFixture.results.until(({ outcome }) => outcome.isHeld && outcome.state === 'sent', { count: 2 });
    late.letGo();
    const { result } = await gateFixture.results.until(({ outcome }) => !outcome.isHeld);

    expect(result).toMatchObject({ kind: 'sent', drawnRevision: 2 });
    expect(shown()).toEqual([expect.stringContaining('Revoked by rpm@koder.dev')]);
    await expect(gateFixture.deliveries(request)).resolves.toMatchObject([{ state: 'sent', drawnRevision: 3 }]);
  });
});

describe('on every channel', () => {
  const channels = ['talk', 'slack'] as const;

  function updates(calls: ScriptedChannel['calls'], count: number): Promise<Call> {
    return calls.until(({ task }) => task === 'update', { count });
  }

  test('a decision, an extension and a revocation redraw every card, each with what is new', async () => {
    const scripted = { talk: scriptedChannel(), slack: scriptedChannel() };
    const desk = gateFixture.desk(gateFixture.courier(scripted));
    const { request, token } = await ask(desk, { channels });
    await gateFixture.results.until(({ outcome }) => outcome.state === 'sent', { count: 2 });

    await approve(desk, token);
    await gateFixture.results.until(({ outcome }) => outcome.state === 'sent', { count: 4 });
    const untilMs = await extend(desk, request);
    await gateFixture.results.until(({ outcome }) => outcome.state === 'sent', { count: 6 });
    await revoke(desk, request);

    for (const { calls } of Object.values(scripted)) {
      const [decided, extended, revoked] = [await updates(calls, 1), await updates(calls, 2), await updates(calls, 3)];
      expect(stateOf(decided)).toMatchObject({ outcome: 'approved', isRevocable: true });
      expect(stateOf(extended)).toMatchObject({ grantedUntilMs: untilMs, isRevocable: true });
      expect(stateOf(revoked)).toMatchObject({ revocation: { by: APPROVER }, isRevocable: false });
    }
  });

  test('a retry draws what is true by then, never what it failed to draw', async () => {
    const talk = scriptedChannel();
    talk.answer(({ task, notice: { attempt } }) =>
      task === 'update' && attempt === 1
        ? { kind: 'unknown', reason: 'timeout' }
        : { kind: 'delivered', receipt: { id: 'm1' } },
    );
    const desk = gateFixture.desk(gateFixture.courier({ talk }));
    const { request, token } = await ask(desk, TALK);
    await gateFixture.results.until(({ outcome }) => outcome.state === 'sent');
    await approve(desk, token);
    await gateFixture.results.until(({ outcome }) => outcome.state === 'retry_wait');

    await revoke(desk, request);
    await gateFixture.results.until(({ outcome }) => outcome.state === 'sent', { count: 2 });

    const revisions = talk.calls.all.map(({ notice }) => notice.card.revision);
    expect(revisions).toEqual([...revisions].sort((one, other) => one - other));
    expect(stateOf(talk.calls.all.at(-1))).toMatchObject({ revocation: { by: APPROVER } });
  });

  test('an expiry redraws every card, and is told from a refusal', async () => {
    const talk = scriptedChannel();
    const desk = gateFixture.desk(gateFixture.courier({ talk }));
    await ask(desk, { ...TALK, ttlSeconds: 1 });
    await gateFixture.results.until(({ outcome }) => outcome.state === 'sent');

    const expired = await expiring(desk, updates(talk.calls, 1));

    const state = stateOf(expired);
    expect(state?.kind === 'decided' ? outcomeSentence(state) : '').toContain('This is not a refusal');
  });
});

function stateOf(call: Call | undefined) {
  return call?.notice.card.state;
}

/** The deadline is the database's: asked until it has passed. */
async function expiring(desk: Desk, update: Promise<Call>): Promise<Call> {
  for (let expired = 0; expired === 0;) {
    expired = await desk.expire();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return update;
}

/** As of a process that hangs: its leases run out. */
function neverRenewing(deliveries: DeliveryLedger): DeliveryLedger {
  return { ...deliveries, renew: () => Promise.resolve() };
}

/** The first edit waits until it is let go. */
function heldBack(honest: OpenChannel['notifier']): {
  readonly notifier: EditingNotifier;
  readonly isCalled: Promise<void>;
  letGo(): void;
} {
  if (honest.updates !== 'edit') throw new Error('Talk edits');
  let called = (): void => undefined;
  let go = (): void => undefined;
  const isCalled = new Promise<void>((resolve) => (called = resolve));
  const isLetGo = new Promise<void>((resolve) => (go = resolve));
  return {
    isCalled,
    letGo: () => go(),
    notifier: {
      ...honest,
      async update(notice: UpdateNotice, signal: AbortSignal): Promise<Answer> {
        called();
        await isLetGo;
        return honest.update(notice, signal);
      },
    },
  };
}
