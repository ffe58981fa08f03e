/** Promises about providers that refuse us and about what is paused: an operator ends both, and what waits says why. */
import { expect } from '@jest/globals';
import { systemRandom } from '../../../src/base/crypto/random.js';
import type { Ledger } from '../../../src/contract/ledger.js';
import { lying, must, only, type LedgerCase } from './case.js';
import { paused } from './inputs.js';
import { byTwenty, entry, newName, provider, saidBy, secretInput } from './mail-inputs.js';
import { by, closed, mails, mailsBy, refusedBy, routing, ways, type Ways } from './mail-routes.js';
import { newCarrier, queued, rowOf } from './message-inputs.js';

const random = systemRandom();
const resume = (of: string) => ({ of, state: 'active', reason: null }) as const;
const FOR_JET = { producers: ['jet'] };

/** Mails of which the first found out that the provider refuses us, and that go by no other. */
async function refusedMails(ledger: Ledger, { routes }: Ways) {
  const { channel } = await mails(ledger, 2);
  const claim = only(await ledger.deliveries.claim(mailsBy(routes, channel, { limit: 1 })));
  await closed(ledger, refusedBy(claim));
  expect(await ledger.deliveries.claim(mailsBy(routes, channel))).toEqual([]);
  return channel;
}

async function gatesOf(ledger: Ledger, name: string) {
  return (await ledger.deliveries.providerGates()).filter((gate) => gate.provider === name);
}

async function dueOf(ledger: Ledger, channel: string) {
  return (await ledger.telemetry.due()).find(({ transport }) => transport === channel);
}

export const mailRefusalCases: readonly LedgerCase[] = [
  {
    promise: 'an operator who resumes a provider ends its refusal, once, and its mails go there again at once',
    async check({ ledger, processes: [, second] }) {
      const who = random.id();
      const { name } = await provider(ledger);
      const two = ways({ name }, FOR_JET);
      const channel = await refusedMails(ledger, two);

      const resumed = await second.mail.setProviderState(resume(name), entry(who, 'resumed'));
      const again = await ledger.mail.setProviderState(resume(name), entry(who, 'resumed'));
      const claims = await ledger.deliveries.claim(mailsBy(two.routes, channel));

      expect([resumed.kind, again.kind]).toEqual(['done', 'as_it_is']);
      expect(await gatesOf(second, name)).toEqual([]);
      expect(by(claims, two)).toEqual([0, 0]);
      expect(claims.some(({ isProbe }) => isProbe)).toBe(false);
      expect(only(await saidBy(ledger, who)).detail).toMatchObject({ provider: name, refusal: 'smtp_535' });
    },
    mutant: (honest) =>
      lying(honest, {
        mail: {
          async setProviderState(input, audit) {
            const found = (await honest.mail.records()).providers.find(({ name }) => name === input.of);
            if (found?.state === input.state) return { kind: 'as_it_is' };
            return honest.mail.setProviderState(input, audit);
          },
        },
      }),
  },
  {
    promise: 'where there is one provider, resuming it ends the pause of the transport; not one of an operator',
    async check({ ledger }) {
      const one = ways({});
      const [name = ''] = one.names;
      const { channel } = await mails(ledger, 2);
      const claim = only(await ledger.deliveries.claim(mailsBy(one.routes, channel, { limit: 1 })));
      await closed(ledger, paused(claim, 60_000));
      const change = { what: 'provider', ...resume(name) } as const;

      const isDone = await ledger.mail.setStateByName(change, entry('operator:eva'));
      const claims = await ledger.deliveries.claim(mailsBy(one.routes, channel));
      await ledger.deliveries.pauseByHand({ transport: channel, reason: 'repair' }, entry('operator:jo'));

      expect([isDone, claims.length]).toEqual([true, 2]);
      expect(await ledger.mail.setStateByName(change, entry('operator:eva'))).toBe(false);
      expect((await ledger.deliveries.pauses()).map(({ transport }) => transport)).toContain(channel);
      await ledger.deliveries.resumeByHand(channel, entry('operator:jo'));
    },
    mutant: (honest) => lying(honest, { mail: { setStateByName: () => Promise.resolve(true) } }),
  },
  {
    promise:
      'a new secret, a changed record and a word of ours let a mail find out at once whether a provider still refuses us',
    async check({ ledger }) {
      const acts = [
        ({ id }: { id: number }) => ledger.mail.putSecret(secretInput(id), entry('operator:eva')),
        async ({ name }: { name: string }) => {
          const found = only((await ledger.mail.records()).providers.filter((one) => one.name === name));
          return ledger.mail.changeProvider({ ...found, policy: {} }, entry('operator:eva'));
        },
        ({ name }: { name: string }) => ledger.mail.probeNow(name),
      ];
      for (const act of acts) {
        const stored = await provider(ledger);
        const two = ways({ name: stored.name }, FOR_JET);
        const channel = await refusedMails(ledger, two);

        await act(stored);

        const claims = await ledger.deliveries.claim(mailsBy(two.routes, channel));
        expect(claims.map(({ isProbe }) => isProbe)).toEqual([true]);
        expect(await gatesOf(ledger, stored.name)).toHaveLength(1);
      }
    },
    mutant: (honest) => lying(honest, { mail: { probeNow: () => Promise.resolve() } }),
  },
  {
    promise: 'with a removed provider its refusal is gone, so that a later one of its name begins anew',
    async check({ ledger, query }) {
      const { name } = await provider(ledger);
      await refusedMails(ledger, ways({ name }, FOR_JET));

      must(await ledger.mail.removeProvider(name, entry('operator:eva')), 'done');

      expect(await query(`SELECT * FROM mail_gates WHERE provider = '${name}'`)).toEqual([]);
    },
    mutant: (honest) =>
      lying(honest, {
        mail: {
          async removeProvider(name) {
            const found = only((await honest.mail.records()).providers.filter((one) => one.name === name));
            return { kind: 'done', record: found };
          },
        },
      }),
  },
  {
    promise: 'of 20 operators who pause and resume at once what is not stored, each act is done once and audited',
    async check({ processes, ledger }) {
      for (const what of ['provider', 'mailbox'] as const) {
        const who = random.id();
        const name = newName();
        const pause = { what, of: name, state: 'paused', reason: 'moving' } as const;

        const made = await byTwenty(processes, (one) => one.mail.setStateByName(pause, entry(who, 'paused')));
        const kept = (await processes[2].mail.records()).pauses.filter((one) => one.name === name);
        const ended = await byTwenty(processes, (one) =>
          one.mail.setStateByName({ what, ...resume(name) }, entry(who, 'resumed')),
        );

        expect([made, ended].map((all) => all.filter((isDone) => isDone).length)).toEqual([1, 1]);
        expect(kept).toEqual([{ what, name, reason: 'moving' }]);
        expect((await ledger.mail.records()).pauses.filter((one) => one.name === name)).toEqual([]);
        const said = (await saidBy(ledger, who)).map(({ what: act, detail }) => [act, detail[what], detail['after']]);
        expect(said).toEqual([
          ['paused', name, JSON.stringify({ state: 'paused', reason: 'moving' })],
          ['resumed', name, JSON.stringify({ state: 'active' })],
        ]);
      }
    },
    mutant: (honest) =>
      lying(honest, {
        mail: {
          async setStateByName(change, audit) {
            await honest.mail.setStateByName(change, audit);
            return true;
          },
        },
      }),
  },
  {
    promise: 'a mail that waits says why: for a mailbox, for a throttle, for a provider, for what an operator paused',
    async check(stage) {
      const { ledger } = stage;
      const why = async (two: Ways, count = 1) => {
        const { channel, made } = await mails(ledger, count);
        await ledger.deliveries.claim(mailsBy(two.routes, channel));
        return Promise.all(made.map(async (one) => String((await rowOf(stage, one))['last_reason'])));
      };
      const refusing = ways({}, FOR_JET);
      await refusedMails(ledger, refusing);
      const mailboxPaused = ways({});
      const boxes = mailboxPaused.routes.mailboxes.map((one) => ({ ...one, isActive: false }));

      expect(await why(ways(FOR_JET, FOR_JET))).toEqual(['no_mailbox']);
      expect(await why(refusing)).toEqual(['provider_paused']);
      expect(await why(ways({ isActive: false }))).toEqual(['provider_paused']);
      expect(await why({ ...mailboxPaused, routes: { ...mailboxPaused.routes, mailboxes: boxes } })).toEqual([
        'mailbox_paused',
      ]);
      expect((await why(ways({ throttle: { perMinute: 1, atOnce: 0 } }), 2)).sort()).toEqual(['null', 'throttled']);
    },
    mutant: routing(({ providers, mailboxes }) => ({ providers, mailboxes: mailboxes.slice(0, 0) })),
  },
  {
    promise: 'the queue is as long and as old as what waits in it, however long it is held; not what a sender put off',
    async check({ ledger, change }) {
      const narrow = ways(FOR_JET, FOR_JET);
      const { channel } = await mails(ledger, 2);
      await ledger.deliveries.claim(mailsBy(narrow.routes, channel));
      await change(`UPDATE deliveries SET created_at = created_at - 900000 WHERE carrier = '${channel}'`);
      const putOff = newCarrier();
      const id = random.id();
      const startAtMs = Date.now() + 3_600_000;
      await change(`INSERT INTO producer_mails
        (id, producer, caller, idempotency_key, body_hash, recipients, created_at, start_at, expires_at)
        VALUES ('${id}', 'jet', 'c', '${id}', 'h', 1, 0, ${String(startAtMs)}, ${String(startAtMs + 1)})`);
      await queued(ledger, { channel: putOff, about: { kind: 'producer_mail', id }, startAtMs });

      const held = await dueOf(ledger, channel);
      const before = await dueOf(ledger, putOff);
      await change(`UPDATE producer_mails SET start_at = ${String(Date.now() - 60_000)} WHERE id = '${id}'`);
      await change(`UPDATE deliveries SET created_at = created_at - 9000000 WHERE carrier = '${putOff}'`);
      const after = await dueOf(ledger, putOff);

      expect(held?.depth).toBe(2);
      expect(held?.oldestMs).toBeGreaterThanOrEqual(900_000);
      expect(before).toBeUndefined();
      expect(after?.depth).toBe(1);
      expect(after?.oldestMs).toBeGreaterThanOrEqual(55_000);
      expect(after?.oldestMs).toBeLessThan(9_000_000);
    },
    mutant: (honest) =>
      lying(honest, {
        telemetry: { due: async () => (await honest.telemetry.due()).filter(({ oldestMs }) => oldestMs < 800_000) },
      }),
  },
];
