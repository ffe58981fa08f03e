/** The courier, an operator's pause, and addresses to which no mail goes. */
import { expect, test } from '@jest/globals';
import { systemRandom } from '../../src/base/crypto/random.js';
import type { ApproverId, ChannelName } from '../../src/approval/brand.js';
import type { Approver } from '../../src/approval/site.js';
import type { Traits } from '../../src/contract/notifier.js';
import { ask } from '../fixtures/delivery/delivery.js';
import { DELIVERED, scriptedChannel } from '../fixtures/delivery/scripted-channel.js';
import { fixture, openEach } from '../fixtures/delivery/one-delivery.js';

const TALK = { channels: ['talk'] };
const AUDIT = { who: 'operator:grace', what: 'set', surface: 'cli', site: null, address: null, detail: {} };

openEach();

/** Somebody of a mail address of their own on the channel. */
function eve(): ApproverId {
  const id = `eve-${systemRandom().id()}@example.org` as ApproverId;
  const approvers = fixture.directory.approvers as Map<ApproverId, Approver>;
  approvers.set(id, { id, addresses: new Map([['talk' as ChannelName, id]]) });
  return id;
}

interface Told {
  readonly over: string;
  readonly traits: Partial<Traits>;
  readonly state: 'failed' | 'sent';
  readonly lastReason: string | null;
  readonly calls: number;
}

const TOLD: readonly Told[] = [
  { over: 'a channel of mails', traits: { isMail: true }, state: 'failed', lastReason: 'suppressed', calls: 0 },
  { over: 'another channel, which takes it for a name', traits: {}, state: 'sent', lastReason: null, calls: 1 },
];

test.each(TOLD)('to a suppressed address over $over', async ({ traits, state, lastReason, calls }) => {
  const admin = eve();
  await fixture.ledger.suppressions.set({ address: admin.toUpperCase(), forMs: 60_000, code: null }, AUDIT);
  const channel = scriptedChannel({ traits });

  const { request } = await ask(fixture.desk(fixture.courier({ talk: channel })), { ...TALK, admin });
  await fixture.results.until(({ outcome }) => outcome.state === state);

  await expect(fixture.deliveries(request)).resolves.toMatchObject([{ state, lastReason }]);
  expect(channel.calls.all).toHaveLength(calls);
});

test('a bounce for good stops the next mail to the same address, until it is lifted', async () => {
  const admin = eve();
  const channel = scriptedChannel({ traits: { isMail: true } });
  channel.answer(() => ({ kind: 'refused', scope: 'recipient', reason: 'smtp_550', isBounce: true }));
  const desk = fixture.desk(fixture.courier({ talk: channel }));
  await ask(desk, { ...TALK, admin });
  await fixture.results.until(({ outcome }) => outcome.state === 'bounced');

  channel.answer(() => DELIVERED);
  await ask(desk, { ...TALK, admin });
  await fixture.results.until(({ outcome }) => outcome.state === 'failed');
  expect(channel.calls.all).toHaveLength(1);

  expect(await fixture.ledger.suppressions.lift(admin, AUDIT)).toBe(true);
  await ask(desk, { ...TALK, admin });
  await fixture.results.until(({ outcome }) => outcome.state === 'sent');
});

test('what waits while an operator has paused the channel is sent once it is resumed, and no sooner', async () => {
  const transport = 'talk' as ChannelName;
  await fixture.ledger.deliveries.pauseByHand({ transport, reason: 'repair' }, AUDIT);
  const channel = scriptedChannel();
  const desk = fixture.desk(fixture.courier({ talk: channel }, { limits: { idlePollMs: 20, contendedMs: 5 } }));

  await ask(desk, TALK);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(channel.calls.all).toEqual([]);

  await fixture.ledger.deliveries.resumeByHand(transport, AUDIT);
  await channel.calls.until(({ task }) => task === 'notify');
});
