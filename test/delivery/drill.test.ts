/** A drill: whom it reaches, what it proves, and that it leaves nothing behind. */
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ApproverId, ChannelName } from '../../src/approval/brand.js';
import type { Actor } from '../../src/approval/request.js';
import { systemRandom } from '../../src/base/crypto/random.js';
import { systemClock } from '../../src/base/time/clock.js';
import type { DrillLine } from '../../src/contract/admin.js';
import { createDrill } from '../../src/delivery/drill.js';
import { silentLog } from '../fixtures/logs/silent-log.js';
import { APPROVER, closeLedger, openFixture, type Fixture } from '../fixtures/delivery/delivery.js';
import {
  BAD_CREDENTIALS,
  deaf,
  DELIVERED,
  scriptedChannel,
  type ScriptedChannel,
} from '../fixtures/delivery/scripted-channel.js';

const SELF: Actor = { kind: 'approver', approver: APPROVER };
const OPERATOR: Actor = { kind: 'operator', name: 'root' };
let fixture: Fixture;

beforeEach(async () => {
  fixture = await openFixture();
});

afterEach(() => fixture.close());

afterAll(closeLedger);

function drill(channels: Readonly<Record<string, ScriptedChannel>>, actor: Actor): Promise<readonly DrillLine[]> {
  const transports = new Map(Object.entries(channels).map(([name, { transport }]) => [name as ChannelName, transport]));
  const { directory } = fixture;
  const deps = { transports, clock: systemClock(), random: systemRandom(), log: silentLog };
  return createDrill({ ...deps, directory: () => directory, desk: fixture.desk(null) })(actor);
}

describe('a drill', () => {
  test('puts a test card before its caller on every channel, and redraws it as over where the channel edits', async () => {
    const [talk, email] = [scriptedChannel(), scriptedChannel({ updates: 'none' })];

    const lines = await drill({ talk, email }, SELF);

    expect(lines).toEqual([
      { channel: 'talk', isOk: true, detail: 'delivered and redrawn', tookMs: expect.any(Number) },
      { channel: 'email', isOk: true, detail: 'delivered', tookMs: expect.any(Number) },
    ]);
    expect(talk.calls.all.map(({ task, notice }) => [task, notice.card.state])).toEqual([
      ['notify', { kind: 'drill', sentBy: APPROVER, isOver: false }],
      ['update', { kind: 'drill', sentBy: APPROVER, isOver: true }],
    ]);
    expect(email.calls.all[0]?.notice.recipient).toEqual({
      kind: 'approver',
      approver: APPROVER,
      address: 'email-rpm',
    });
  });

  test('redraws the very message that was taken', async () => {
    const talk = scriptedChannel();
    talk.answer(() => ({ kind: 'delivered', receipt: { id: 'm77' } }));

    await drill({ talk }, SELF);

    expect(talk.calls.all[1]?.notice).toMatchObject({ receipt: { id: 'm77' } });
  });

  test('says by our own code what failed, and the other channels are drilled all the same', async () => {
    const [talk, slack] = [scriptedChannel(), scriptedChannel()];
    talk.answer(() => BAD_CREDENTIALS);

    const lines = await drill({ talk, slack }, SELF);

    expect(lines).toMatchObject([
      { channel: 'talk', isOk: false, detail: 'http_401' },
      { channel: 'slack', isOk: true },
    ]);
  });

  test('finds a channel out that takes cards and cannot redraw them', async () => {
    const talk = scriptedChannel();
    talk.answer(({ task }) => (task === 'notify' ? DELIVERED : { kind: 'uneditable', reason: 'unknown_message' }));

    expect(await drill({ talk }, SELF)).toMatchObject([{ isOk: false, detail: 'unknown_message' }]);
  });

  test('waits 1.5 s for a channel that does not answer, whatever its signal says', async () => {
    const talk = scriptedChannel();
    talk.answer(deaf);

    const [line] = await drill({ talk }, SELF);

    expect(line).toMatchObject({ isOk: false, detail: 'timeout' });
    expect(line?.tookMs).toBeGreaterThanOrEqual(1_400);
    expect(line?.tookMs).toBeLessThan(2_000);
  });

  test('leaves no request and no delivery', async () => {
    await drill({ talk: scriptedChannel() }, SELF);

    await expect(fixture.ledger.requests.recent(10)).resolves.toEqual([]);
    await expect(fixture.ledger.deliveries.stragglers(10)).resolves.toEqual([]);
  });
});

describe('whom it reaches', () => {
  test('a chat account: the approver it speaks for, on every channel', async () => {
    const [talk, slack] = [scriptedChannel(), scriptedChannel()];

    await drill({ talk, slack }, { kind: 'chat', channel: 'talk', workspace: 'w1', subject: 'talk-rpm' });

    expect(slack.calls.all[0]?.notice.recipient).toMatchObject({ approver: APPROVER, address: 'w1:slack-rpm' });
  });

  test('a stranger, or an approver without an address: nobody', async () => {
    const talk = scriptedChannel();

    const strangers: readonly Actor[] = [
      { kind: 'chat', channel: 'talk', workspace: 'w', subject: 'mallory' },
      { kind: 'approver', approver: 'gone@koder.dev' as ApproverId },
    ];
    for (const stranger of strangers) expect(await drill({ talk }, stranger)).toEqual([]);
    expect(await drill({ pager: talk }, SELF)).toEqual([]);

    expect(talk.calls.all).toEqual([]);
  });

  test('an operator, who has no address: an approver, who is told who sent it', async () => {
    const talk = scriptedChannel();

    await drill({ talk }, OPERATOR);

    expect(talk.calls.all[0]?.notice).toMatchObject({
      recipient: { approver: APPROVER },
      card: { state: { kind: 'drill', sentBy: 'operator:root' } },
    });
  });

  test('a channel without a test card is left out', async () => {
    const webhook = scriptedChannel({ updates: 'none' });
    webhook.answer(() => ({ kind: 'refused', scope: 'message', reason: 'no_drill' }));

    expect(await drill({ webhook }, SELF)).toEqual([]);
  });
});
