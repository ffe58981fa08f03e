/** Another attempt at a mail that an earlier one may have sent over Microsoft Graph: found, or marked as perhaps sent twice. */
import { describe, expect, test } from '@jest/globals';
import { aheadBy, closeGraphs, openGraph } from '../../fixtures/channels/graph.js';
import type { GraphFault } from '../../fakes/graph-faults.js';

closeGraphs();

const AGAIN = { isFirstAttempt: false, isMaybeThere: true };
const OTHER = { mailbox: 'other@koder.dev', messageId: 'other@koder.dev' };
const ALL = ['Mail.Send', 'Mail.ReadWrite'] as const;
const LOST: GraphFault = { times: 1, at: ['send'], phase: 'after_effect', how: { kind: 'reset' } };
const NOT_FOUND: GraphFault = {
  times: 1,
  at: ['list'],
  phase: 'before_effect',
  how: { kind: 'answer', status: 200, json: { value: [] } },
};
const MAY_NOT_LOOK: GraphFault = {
  times: 1,
  at: ['list'],
  phase: 'before_effect',
  how: { kind: 'answer', status: 403, code: 'ErrorAccessDenied' },
};

/** `ahead`: of the machine's clock. */
const twoMailboxes = (ahead = { now: 0 }) =>
  openGraph({ fake: { mailboxes: ['gate@koder.dev', 'other@koder.dev'] }, deps: { clock: aheadBy(ahead) } });

describe('a mailbox where drafts are denied', () => {
  test('says nothing of another one: a mail of that is looked for, and its next one is a draft', async () => {
    const { fake, send } = await twoMailboxes();
    fake.faults.set(LOST);
    const lost = await send();
    fake.state.permissions = ['Mail.Send'];
    await send(OTHER);
    fake.state.permissions = ALL;

    const again = await send(AGAIN);
    const next = await send({ messageId: 'next@koder.dev' });

    expect(lost).toMatchObject({ kind: 'unknown', mayDouble: false });
    expect(again).toMatchObject({ kind: 'accepted', correlation: { item: fake.mailbox().items[0]?.immutableId } });
    expect(again.mayDouble).toBeUndefined();
    expect(next).toMatchObject({ kind: 'accepted', correlation: { item: expect.any(String) } });
    expect(fake.mailbox().left).toHaveLength(2);
  });

  test('is looked in all the same for a mail that may have been sent from it', async () => {
    const { fake, send } = await openGraph();
    fake.faults.set(LOST);
    await send();
    fake.state.permissions = ['Mail.Send'];
    await send({ messageId: 'next@koder.dev' });

    const blind = await send(AGAIN);

    expect(blind).toMatchObject({ kind: 'accepted', mayDouble: true });
    expect(fake.seen.map(({ step }) => step).slice(-2)).toEqual(['list', 'sendMail']);
  });

  test('is tried again after an hour, and not before', async () => {
    const ahead = { now: 0 };
    const { fake, send } = await twoMailboxes(ahead);
    fake.state.permissions = ['Mail.Send'];
    await send();
    fake.state.permissions = ALL;

    const items = [];
    for (const now of [1_800_000, 3_540_000, 3_660_000]) {
      ahead.now = now;
      const answer = await send({ messageId: `m${String(now)}@koder.dev` });
      items.push(answer.kind === 'accepted' ? typeof answer.correlation['item'] : answer);
    }

    expect(items).toEqual(['object', 'object', 'string']);
  });
});

describe('a mail that may have been sent, and is sent again', () => {
  test.each([
    ['although it may not be looked for', MAY_NOT_LOOK],
    ['because it was not found', NOT_FOUND],
  ])('%s: it says so, although it was taken', async (_why, fault) => {
    const { fake, send } = await openGraph();
    fake.faults.set(LOST, fault);
    await send();

    expect(await send(AGAIN)).toMatchObject({ kind: 'accepted', mayDouble: true });
    expect(fake.mailbox().left).toHaveLength(2);
  });

  test.each<[string, GraphFault['how'], string]>([
    ['when no answer comes again', { kind: 'reset' }, 'unknown'],
    ['when the draft waits for its sending', { kind: 'answer', status: 503, code: 'ErrorServerBusy' }, 'deferred'],
    ['when the draft is refused', { kind: 'answer', status: 403, code: 'ErrorSendAsDenied' }, 'refused'],
  ])('says so, too, %s', async (_when, how, kind) => {
    const { fake, send } = await openGraph();
    fake.faults.set(LOST, NOT_FOUND);
    await send();
    fake.faults.set(NOT_FOUND, { at: ['send'], phase: 'before_effect', how });

    expect(await send(AGAIN)).toMatchObject({ kind, mayDouble: true });
  });

  test.each([
    ['its draft was found', { isFirstAttempt: false, isMaybeThere: true }],
    ['it cannot have been sent', { isFirstAttempt: false, isMaybeThere: false }],
  ])('says nothing of the kind where %s', async (_where, attempt) => {
    const { fake, send } = await openGraph();
    fake.faults.set({ ...LOST, phase: 'before_effect' });
    await send();
    for (const item of fake.mailbox().items) item.modifiedMs -= 11_000;
    if (!attempt.isMaybeThere) fake.faults.set(NOT_FOUND);

    const again = await send(attempt);

    expect(again.kind).toBe('accepted');
    expect(again.mayDouble).toBeUndefined();
  });
});
