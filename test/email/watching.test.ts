/** Asking what became of accepted mails: how often, of which, and that nothing waits behind mails that nobody can tell of. */
import { describe, expect, test } from '@jest/globals';
import type { MailWatch } from '../../bots/email/transport.js';
import { mailWatching } from '../../bots/email/watching.js';
import type { AcceptedDelivery } from '../../src/contract/delivery-ledger.js';
import type { WatchHandlers } from '../../src/contract/watching.js';
import { manualClock } from '../fixtures/time/manual-clock.js';

const MAILBOX = 'gate@koder.dev';
const MINUTE_MS = 60_000;

type Told = Awaited<ReturnType<MailWatch['wasSent']>>;

/** A ledger of mails that were accepted, a provider that tells what `tells` says, and turns one after the other. */
function stage(tells: (message: string) => Told, questions = 20) {
  const clock = manualClock();
  const accepted: AcceptedDelivery[] = [];
  const asked: string[] = [];
  const pages: (string | null)[] = [];
  let looks = 0;
  const watch: MailWatch = {
    wasSent({ message }) {
      asked.push(String(message));
      return Promise.resolve(tells(String(message)));
    },
    reports() {
      looks += 1;
      return Promise.resolve();
    },
  };
  const handlers: WatchHandlers = {
    report: () => Promise.reject(new Error('nothing is told')),
    accepted({ after, limit }) {
      pages.push(after?.deliveryId ?? null);
      const at = accepted.findIndex((one) => one.createdAtMs > (after?.createdAtMs ?? -1));
      return Promise.resolve(at < 0 ? [] : accepted.slice(at, at + limit));
    },
    confirmSent({ deliveryId }) {
      accepted.splice(
        accepted.findIndex((one) => one.deliveryId === deliveryId),
        1,
      );
      return Promise.resolve(true);
    },
  };
  const watching = mailWatching({ watched: () => [{ watch, mailboxes: [MAILBOX] }], clock, limits: { questions } });
  const signal = new AbortController().signal;
  return {
    ...{ asked, pages, handlers, watching },
    looks: () => looks,
    accept: (id: string, createdAtMs: number): void => {
      accepted.push({ deliveryId: id, receipt: { mailbox: MAILBOX, message: id }, createdAtMs });
      accepted.sort((one, other) => one.createdAtMs - other.createdAtMs);
    },
    /** So many turns, each so long after the one before. */
    turns: async (count: number, everyMs: number): Promise<void> => {
      for (let turn = 0; turn < count; turn += 1) {
        await clock.advance(everyMs);
        if (await watching.isDue(handlers))
          await watching.look(handlers, { signal, mayGoOn: () => Promise.resolve(true) });
      }
    },
  };
}

describe('a mail that nobody can tell of', () => {
  test('is asked for three times and dropped; lists then begin behind it, but for one in a quarter of an hour', async () => {
    const { accept, turns, asked, pages } = stage(() => 'cannot_tell');
    for (let at = 1; at <= 150; at += 1) accept(`m${String(at)}`, at);

    await turns(400, MINUTE_MS);
    const questions = asked.length;
    pages.length = 0;
    await turns(60, MINUTE_MS);

    expect(questions).toBe(450);
    expect(asked).toHaveLength(questions);
    expect(pages.filter((after) => after === null).length).toBeLessThanOrEqual(10);
  });

  test('does not keep a new one waiting', async () => {
    const { accept, turns, asked } = stage((id) => (id === 'new' ? 'sent' : 'cannot_tell'), 2);
    for (let at = 1; at <= 300; at += 1) accept(`m${String(at)}`, at);
    await turns(10, 5_000);

    accept('new', 1_000);
    await turns(2, 5_000);

    expect(asked).toContain('new');
  });

  test('does not hide one that is accepted after it and was made before it', async () => {
    const { accept, turns, asked } = stage((id) => (id === 'late' ? 'sent' : 'cannot_tell'));
    accept('m1', 10);
    await turns(60, MINUTE_MS);
    expect(asked).toEqual(['m1', 'm1', 'm1']);

    accept('late', 5);
    await turns(20, MINUTE_MS);

    expect(asked).toEqual(['m1', 'm1', 'm1', 'late']);
  });
});

test('what came back is read although the list of mails has no end', async () => {
  const { watching, handlers, looks } = stage(() => 'not_yet');
  let createdAtMs = 0;
  const endless = (): Promise<readonly AcceptedDelivery[]> =>
    new Promise((resolve) =>
      setImmediate(() => {
        const page = Array.from({ length: 100 }, () => (createdAtMs += 1));
        resolve(page.map((at) => ({ deliveryId: `m${String(at)}`, receipt: {}, createdAtMs: at })));
      }),
    );
  let rounds = 0;
  const turn = { signal: new AbortController().signal, mayGoOn: () => Promise.resolve((rounds += 1) < 50) };

  await watching.look({ ...handlers, accepted: endless }, turn);

  expect(looks()).toBe(1);
});
