/** Promises about the way that a mail takes: chosen once its attempt begins, kept where it may have gone out, free where it was refused. */
import { expect } from '@jest/globals';
import { lying, only, type LedgerCase } from './case.js';
import {
  by,
  claimMail,
  closed,
  closing,
  mails,
  mailsBy,
  refusedBy,
  retried,
  routing,
  ways,
  without,
} from './mail-routes.js';
import { paused } from './inputs.js';
import { rowOf } from './message-inputs.js';

export const mailRoutingCases: readonly LedgerCase[] = [
  {
    promise: 'a mail goes from the mailbox of its producer before one for everything, and delivery and attempt say so',
    async check(stage) {
      const { ledger } = stage;
      const two = ways({}, { producers: ['jet'], priority: 500 });
      const plain = await mails(ledger, 1);
      const ofJet = await mails(ledger, 1, { producer: 'jet' });

      const first = await claimMail(ledger, two, plain.channel);
      const second = await claimMail(ledger, two, ofJet.channel);

      expect(by([first, second], two)).toEqual([0, 1]);
      const { attemptEntries, ...found } = (await ledger.queue.find(second.deliveryId)) ?? {};
      expect(found).toMatchObject(second.route ?? {});
      expect(attemptEntries).toEqual([expect.objectContaining(second.route ?? {})]);
      const filter = { provider: second.route?.provider, mailbox: second.route?.mailbox };
      const looked = await ledger.queue.look({ filter, after: null, limit: 10, lookAt: 1_000 });
      expect(looked.found.map(({ deliveryId }) => deliveryId)).toEqual([second.deliveryId]);
    },
    mutant: routing(({ providers, mailboxes }) => ({
      providers,
      mailboxes: mailboxes.map((one) => ({ ...one, producers: [] })),
    })),
  },
  {
    promise: 'a mail that may have gone out stays with its provider, however it is refused or paused there',
    async check(stage) {
      const { ledger } = stage;
      const two = ways({}, {});
      const { channel, made } = await mails(ledger, 1);
      await closed(ledger, retried(await claimMail(ledger, two, channel), { isUnknown: true }));

      const again = await claimMail(ledger, two, channel);
      await closed(ledger, refusedBy(again));
      const waiting = await ledger.deliveries.claim(mailsBy(two.routes, channel));

      expect(by([again], two)).toEqual([0]);
      expect(waiting).toEqual([]);
      expect(await rowOf(stage, only(made))).toMatchObject({ state: 'queued', provider: two.names[0] });
      expect(await ledger.deliveries.msUntilDue(channel)).toBeGreaterThan(20_000);
      const preferred = {
        ...two.routes,
        mailboxes: [...two.routes.mailboxes].map((one) => ({ ...one, priority: -one.priority })),
      };
      expect(await ledger.deliveries.claim(mailsBy(preferred, channel))).toEqual([]);
    },
    mutant: closing((result) => (result.kind === 'retry' ? { ...result, isUnknown: false } : result)),
  },
  {
    promise: 'a mail whose courier is gone in the middle of an attempt stays with the provider of that attempt',
    async check({ ledger }) {
      const two = ways({}, {});
      const { channel } = await mails(ledger, 1);
      await claimMail(ledger, two, [channel, 0]);
      const backwards = two.routes.mailboxes.map((one) => ({ ...one, priority: 10 - one.priority }));

      const again = await claimMail(ledger, { ...two, routes: { ...two.routes, mailboxes: backwards } }, channel);

      expect(by([again], two)).toEqual([0]);
    },
    mutant: (honest) =>
      lying(honest, {
        deliveries: {
          claim: ({ mail, ...input }) =>
            honest.deliveries.claim({ ...input, ...(mail && input.leaseMs > 0 ? { mail } : {}) }),
        },
      }),
  },
  {
    promise: 'what a provider refuses as a provider goes to the next one, and so do all others; the transport goes on',
    async check({ ledger, processes: [, second] }) {
      const two = ways({}, {});
      const { channel } = await mails(ledger, 3);
      const [refused, ...others] = await ledger.deliveries.claim(mailsBy(two.routes, channel, { limit: 2 }));
      if (refused === undefined) throw new Error('nothing was claimed');
      await closed(ledger, refusedBy(refused));

      const next = await second.deliveries.claim(mailsBy(two.routes, channel));

      expect(by([refused, ...others], two)).toEqual([0, 0]);
      expect(by(next, two)).toEqual([1, 1]);
      expect(next.map(({ deliveryId }) => deliveryId)).toContain(refused.deliveryId);
      expect((await ledger.deliveries.pauses()).map(({ transport }) => transport)).not.toContain(channel);
      expect((await second.deliveries.providerGates()).filter(({ provider }) => two.names.includes(provider))).toEqual([
        expect.objectContaining({ provider: two.names[0], pause: expect.objectContaining({ reason: 'smtp_535' }) }),
      ]);
    },
    mutant: closing((result) => without(result, 'provider')),
  },
  {
    promise: 'a provider that refused is tried by one mail at a time, and by all once that one got through',
    async check(stage) {
      const { ledger, change } = stage;
      const two = ways({}, {});
      const [first = ''] = two.names;
      const { channel } = await mails(ledger, 3);
      const [claim] = await ledger.deliveries.claim(mailsBy(two.routes, channel, { limit: 1 }));
      if (claim === undefined) throw new Error('nothing was claimed');
      await closed(ledger, refusedBy(claim, 0));

      const probing = await ledger.deliveries.claim(mailsBy(two.routes, channel));
      const isResumed = await ledger.deliveries.resume(channel, first);
      await change(
        `UPDATE deliveries SET state = 'queued', due_at = 0, is_maybe_there = 0 WHERE channel = '${channel}'`,
      );
      const after = await ledger.deliveries.claim(mailsBy(two.routes, channel));

      expect(probing.filter(({ isProbe }) => isProbe)).toHaveLength(1);
      expect([...by(probing, two)].sort()).toEqual([0, 1, 1]);
      expect(isResumed).toBe(true);
      expect(by(after, two)).toEqual([0, 0, 0]);
      expect(after.some(({ isProbe }) => isProbe)).toBe(false);
    },
    mutant: (honest) => lying(honest, { deliveries: { resume: (transport) => honest.deliveries.resume(transport) } }),
  },
  {
    promise: 'the pause of a transport that had one provider is that provider’s alone once there is another',
    async check({ ledger }) {
      const one = ways({});
      const { channel } = await mails(ledger, 2);
      const [claim] = await ledger.deliveries.claim(mailsBy(one.routes, channel, { limit: 1 }));
      if (claim === undefined) throw new Error('nothing was claimed');
      await closed(ledger, paused(claim, 60_000));
      expect(await ledger.deliveries.claim(mailsBy(one.routes, channel))).toEqual([]);

      const other = ways({}, { priority: 5 });
      const both = {
        providers: [...one.routes.providers, ...other.routes.providers],
        mailboxes: [...one.routes.mailboxes, ...other.routes.mailboxes],
      };
      await ledger.deliveries.claim(mailsBy(both, channel, { limit: 1 }));
      const rest = await ledger.deliveries.claim(mailsBy(both, channel));

      expect((await ledger.deliveries.pauses()).map(({ transport }) => transport)).not.toContain(channel);
      expect(rest).toHaveLength(1);
    },
    mutant: routing(({ providers, mailboxes }) => ({
      providers: providers.slice(0, 1),
      mailboxes: mailboxes.slice(0, 1),
    })),
  },
  {
    promise: 'what waits for a provider that is removed goes another way; what it may have sent is marked',
    async check({ ledger }) {
      const two = ways({}, {});
      const { channel } = await mails(ledger, 2);
      const [sure, unsure] = await ledger.deliveries.claim(mailsBy(two.routes, channel));
      if (sure === undefined || unsure === undefined) throw new Error('two claims were expected');
      await closed(ledger, retried(sure));
      await closed(ledger, retried(unsure, { isUnknown: true }));

      const left = { providers: two.routes.providers.slice(1), mailboxes: two.routes.mailboxes.slice(1) };
      const claims = await ledger.deliveries.claim(mailsBy(left, channel));

      expect(by(claims, two)).toEqual([1, 1]);
      const marked = claims.filter(({ isMaybeDuplicate }) => isMaybeDuplicate).map(({ deliveryId }) => deliveryId);
      expect(marked).toEqual([unsure.deliveryId]);
    },
    mutant: closing((result) => (result.kind === 'retry' ? { ...result, isUnknown: true } : result)),
  },
  {
    promise: 'a mail that fits no mailbox waits without an attempt, and goes out once one is there',
    async check(stage) {
      const { ledger } = stage;
      const narrow = ways({ producers: ['jet'] }, { producers: ['jet'] });
      const { channel, made } = await mails(ledger, 1);

      expect(await ledger.deliveries.claim(mailsBy(narrow.routes, channel))).toEqual([]);
      expect(await ledger.deliveries.msUntilDue(channel)).toBeGreaterThan(5_000);
      expect(await rowOf(stage, only(made))).toMatchObject({ state: 'queued', attempts: 0, provider: null });
    },
    mutant: routing(({ providers, mailboxes }) => ({
      providers,
      mailboxes: mailboxes.map((one) => ({ ...one, producers: [] })),
    })),
  },
  {
    promise: 'a mail has failed where its next attempt would begin later than its policy lets it live',
    async check(stage) {
      const { ledger } = stage;
      const { channel, made } = await mails(ledger, 1);

      await closed(ledger, retried(await claimMail(ledger, ways({}), channel), { waitMs: 50, lifetimeMs: 20 }));

      expect(await rowOf(stage, only(made))).toMatchObject({ state: 'failed', last_reason: 'smtp_451' });
    },
    mutant: closing((result) => (result.kind === 'retry' ? { ...result, lifetimeMs: 60_000 } : result)),
  },
];
