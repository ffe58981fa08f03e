/** Promises about throttles: over all processes no provider and no mailbox is given more than it takes, and what waits was not tried. */
import { expect } from '@jest/globals';
import { SITE, delivery, newApprover, openInput, opened, sent } from './inputs.js';
import { lying, must, only, type LedgerCase } from './case.js';
import { newTransport, openCards } from './cards.js';
import { by, claimMail, closed, closing, mails, mailsBy, retried, routing, ways, without } from './mail-routes.js';
import { message, rowOf } from './message-inputs.js';

const unthrottled = routing(({ providers, mailboxes }) => ({
  providers: providers.map((one) => ({ ...one, throttle: { perMinute: 0, atOnce: 0 } })),
  mailboxes,
}));

const THROTTLED = { reason: 'graph_too_many_requests', throttled: { most: 2 } } as const;

export const mailThrottleCases: readonly LedgerCase[] = [
  {
    promise:
      'an attempt that was throttled is not counted, the next one knows of it, and after a hundred such they count',
    async check(stage) {
      const { ledger, change } = stage;
      const one = ways({});
      const { channel } = await mails(ledger, 1);
      const first = await claimMail(ledger, one, channel);
      await closed(ledger, retried(first, THROTTLED));
      const second = await claimMail(ledger, one, channel);
      await closed(ledger, retried(second, THROTTLED));
      const third = await claimMail(ledger, one, channel);
      expect([first, second, third].map(({ attempt, isAgain }) => [attempt, isAgain])).toEqual([
        [1, undefined],
        [1, true],
        [1, true],
      ]);
      const { deliveryId } = first;
      for (let made = 0; made < 98; made += 1)
        await change(
          `INSERT INTO attempts (delivery_id, task, attempt, started_at, ended_at, outcome, reason) VALUES ('${deliveryId}', 'notify', 1, 1, 2, 'retry', 'graph_too_many_requests')`,
        );

      await closed(ledger, retried(third, THROTTLED));
      const fourth = await claimMail(ledger, one, channel);
      await closed(ledger, retried(fourth, THROTTLED));

      expect(fourth.attempt).toBe(2);
      expect((await ledger.queue.find(deliveryId))?.state).toBe('failed');
    },
    mutant: closing((result) => without(result, 'throttled')),
  },
  {
    promise: 'what mails that wait are of is told by their scope, of one transport alone',
    async check({ ledger }) {
      const { channel } = await mails(ledger, 2, { producer: 'jet' });
      const { transport } = await openCards(ledger, 1);
      await ledger.deliveries.enqueue(message({ channel }));

      const waiting = await ledger.deliveries.waitingMails(channel);

      const nothing = { site: null, producer: null, mailbox: null };
      expect([...waiting].sort((a, b) => a.count - b.count).map(({ scope, count }) => [scope, count])).toEqual([
        [nothing, 1],
        [{ ...nothing, producer: 'jet' }, 2],
      ]);
      expect(await ledger.deliveries.waitingMails(transport)).toMatchObject([{ scope: { site: SITE }, count: 1 }]);
    },
    mutant: (honest) =>
      lying(honest, {
        deliveries: {
          waitingMails: async (transport) =>
            (await honest.deliveries.waitingMails(transport)).map((one) => ({ ...one, count: 1 })),
        },
      }),
  },
  {
    promise: 'three processes that claim at once hand a mailbox no more mails a minute than its provider takes of it',
    async check({ processes, ledger }) {
      const one = ways({ throttle: { perMinute: 7, atOnce: 0 } });
      const { channel } = await mails(ledger, 20);

      const got = await Promise.all(
        Array.from({ length: 9 }, (_, at) =>
          processes[(at % 3) as 0 | 1 | 2].deliveries.claim(mailsBy(one.routes, channel, { limit: 4 })),
        ),
      );
      await ledger.deliveries.close(got.flat().map((claim) => sent(claim)));
      const later = await Promise.all(processes.map((each) => each.deliveries.claim(mailsBy(one.routes, channel))));

      expect(got.flat()).toHaveLength(7);
      expect(later.flat()).toEqual([]);
    },
    mutant: unthrottled,
  },
  {
    promise:
      'three processes that claim at once hand a provider no more mails at once than it takes, and others as they end',
    async check({ processes, ledger }) {
      const one = ways({ throttle: { perMinute: 0, atOnce: 3 } });
      const { channel } = await mails(ledger, 12);
      const claimAll = async () =>
        (await Promise.all(processes.map((each) => each.deliveries.claim(mailsBy(one.routes, channel))))).flat();

      const first = await claimAll();
      const [ended] = first;
      if (ended === undefined) throw new Error('nothing was claimed');
      await ledger.deliveries.close([sent(ended)]);
      const second = await claimAll();

      expect([first.length, second.length]).toEqual([3, 1]);
    },
    mutant: unthrottled,
  },
  {
    promise: 'an attempt that takes as long as one may still counts',
    async check({ ledger, change }) {
      const one = ways({ throttle: { perMinute: 0, atOnce: 1 } });
      const { channel } = await mails(ledger, 2);
      const claim = only(await ledger.deliveries.claim(mailsBy(one.routes, channel)));
      const started = (agoMs: number) =>
        change(`UPDATE attempts SET started_at = ${String(Date.now() - agoMs)} WHERE id = ${String(claim.attemptId)}`);

      await started(66_000);
      const during = await ledger.deliveries.claim(mailsBy(one.routes, channel));
      await started(120_000);
      const after = await ledger.deliveries.claim(mailsBy(one.routes, channel));

      expect([during.length, after.length]).toEqual([0, 1]);
    },
    mutant: unthrottled,
  },
  {
    promise: 'a mail that waits for its mailbox was not tried, and nobody asks for it all the time',
    async check(stage) {
      const { ledger } = stage;
      const one = ways({ throttle: { perMinute: 1, atOnce: 0 } });
      const { channel, made } = await mails(ledger, 3);
      const claims = await ledger.deliveries.claim(mailsBy(one.routes, channel));
      await ledger.deliveries.close(claims.map((claim) => sent(claim)));

      expect(await ledger.deliveries.claim(mailsBy(one.routes, channel))).toEqual([]);
      expect(await ledger.deliveries.msUntilDue(channel)).toBeGreaterThan(30_000);
      const waiting = made.filter(({ id }) => id !== claims[0]?.deliveryId);
      const found = await Promise.all(waiting.map((each) => rowOf(stage, each)));
      for (const row of found) expect(row).toMatchObject({ state: 'queued', attempts: 0, provider: one.names[0] });
      const [dueFirst = 0, dueSecond = 0] = found.map(({ due_at }) => Number(due_at)).sort((a, b) => a - b);
      expect(dueSecond - dueFirst).toBeGreaterThan(30_000);
    },
    mutant: unthrottled,
  },
  {
    promise: 'a minute counts from the end of an attempt, since the provider may have had the mail until then',
    async check(stage) {
      const { ledger, change } = stage;
      const one = ways({ throttle: { perMinute: 1, atOnce: 0 } });
      const { channel } = await mails(ledger, 2);
      const claim = only(await ledger.deliveries.claim(mailsBy(one.routes, channel, { limit: 1 })));
      await ledger.deliveries.close([sent(claim)]);
      await change(`UPDATE attempts SET started_at = started_at - 65000 WHERE id = ${String(claim.attemptId)}`);
      const during = await ledger.deliveries.claim(mailsBy(one.routes, channel));
      await change(`UPDATE attempts SET ended_at = ended_at - 61000 WHERE id = ${String(claim.attemptId)}`);
      await change(`UPDATE deliveries SET due_at = 0 WHERE channel = '${channel}' AND due_at IS NOT NULL`);

      const after = await ledger.deliveries.claim(mailsBy(one.routes, channel));

      expect([during.length, after.length]).toEqual([0, 1]);
    },
    mutant: unthrottled,
  },
  {
    promise: 'a provider that asked to be left alone gets nothing in any process, and others go on',
    async check(stage) {
      const { ledger, processes } = stage;
      const two = ways({ isAlwaysOpen: false }, { producers: ['jet'] });
      const { channel, made } = await mails(ledger, 2);
      const ofJet = await mails(ledger, 1, { producer: 'jet' });
      const [claim] = await ledger.deliveries.claim(mailsBy(two.routes, channel, { limit: 1 }));
      if (claim === undefined) throw new Error('nothing was claimed');
      await closed(ledger, retried(claim, { gateMs: 45_000 }));

      const next = await processes[1].deliveries.claim(mailsBy(two.routes, channel));
      const others = await processes[2].deliveries.claim(mailsBy(two.routes, ofJet.channel));

      expect(next).toEqual([]);
      expect(by(others, two)).toEqual([1]);
      expect(await ledger.deliveries.msUntilDue(channel)).toBeGreaterThan(30_000);
      for (const each of made) expect(await rowOf(stage, each)).toMatchObject({ state: 'queued' });
      expect((await ledger.deliveries.providerGates()).filter(({ provider }) => provider === two.names[0])).toEqual([
        expect.objectContaining({ closedUntilMs: expect.any(Number), pause: null }),
      ]);
    },
    mutant: closing((result) => without(result, 'gateMs')),
  },
  {
    promise: 'mails for a provider that takes no more keep none back that go out by another',
    async check({ ledger }) {
      const two = ways({ throttle: { perMinute: 0, atOnce: 1 } }, { sites: [SITE], priority: 900 });
      const { channel } = await mails(ledger, 12);
      const deliveries = [delivery(channel)];
      must(await ledger.requests.open(openInput({ approvers: [{ id: newApprover(), deliveries }] }), opened), 'opened');

      const claims = await ledger.deliveries.claim(mailsBy(two.routes, channel, { limit: 3 }));
      const again = await ledger.deliveries.claim(mailsBy(two.routes, channel, { limit: 3 }));

      expect([...by(claims, two)].sort()).toEqual([0, 1]);
      expect(again).toEqual([]);
    },
    mutant: routing(({ providers, mailboxes }) => ({
      providers,
      mailboxes: mailboxes.map((one) => ({ ...one, sites: [] })),
    })),
  },
  {
    promise: 'a process hands a provider no more than it can',
    async check({ ledger }) {
      const two = ways({}, { producers: ['jet'] });
      const { channel } = await mails(ledger, 3);
      const free = Object.fromEntries(two.names.map((name) => [name, 2]));

      const claims = await ledger.deliveries.claim({
        ...mailsBy(two.routes, channel),
        mail: { routes: two.routes, free },
      });

      expect(claims).toHaveLength(2);
    },
    mutant: routing(({ providers: [first], mailboxes: [mailbox] }) => ({
      providers: first === undefined ? [] : [first],
      mailboxes: mailbox === undefined ? [] : [mailbox],
    })),
  },
  {
    promise: 'a card that is claimed as it is written has its way on it and on its attempt',
    async check({ ledger }) {
      const transport = newTransport();
      const route = { provider: 'env', mailbox: 'gate@example.org' };
      const firstClaims = { slots: { [transport]: 1 }, leaseMs: 60_000, routes: { [transport]: route } };
      const deliveries = [delivery(transport)];
      const input = openInput({ approvers: [{ id: newApprover(), deliveries }], firstClaims });

      const { claims } = must(await ledger.requests.open(input, opened), 'opened');

      expect(only(claims).route).toEqual(route);
      const found = await ledger.queue.find(only(claims).deliveryId);
      expect(found).toMatchObject({ ...route, attemptEntries: [route] });
    },
    mutant: (honest) => ({
      ...honest,
      requests: {
        ...honest.requests,
        open: ({ firstClaims, ...input }, audit) =>
          honest.requests.open(
            { ...input, firstClaims: firstClaims && { slots: firstClaims.slots, leaseMs: firstClaims.leaseMs } },
            audit,
          ),
      },
    }),
  },
  {
    promise: 'where all mails have one way, each is claimed with it, and what went another way may be there twice',
    async check({ ledger }) {
      const one = ways({});
      const other = ways({});
      const { transport } = await openCards(ledger, 1);
      const first = await claimMail(ledger, other, [transport, 0]);
      const again = await claimMail(ledger, one, [transport, 0]);
      const third = await claimMail(ledger, one, transport);

      expect([by([first], other), by([again, third], one)]).toEqual([[0], [0, 0]]);
      expect([first, again].map(({ isMaybeDuplicate }) => isMaybeDuplicate)).toEqual([false, true]);
    },
    mutant: routing((routes) => ({
      ...routes,
      providers: routes.providers.map((each) => ({ ...each, name: 'same' })),
      mailboxes: routes.mailboxes.map((each) => ({ ...each, provider: 'same' })),
    })),
  },
];
