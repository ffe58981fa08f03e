/** Promises about mail providers and mailboxes: each act once, with its audit row, told to everybody, and none left without a provider. */
import { expect } from '@jest/globals';
import { systemRandom } from '../../../src/base/crypto/random.js';
import { heard, lying, must, only, type LedgerCase } from './case.js';
import {
  again,
  byTwenty,
  entry,
  kindsOf,
  mailboxInput,
  newName,
  provider,
  providerInput,
  saidBy,
} from './mail-inputs.js';

const random = systemRandom();
const isTold = ({ kind }: { readonly kind: string }): boolean => kind === 'mail_records';
const RACES = 6;

export const mailRecordCases: readonly LedgerCase[] = [
  {
    promise: 'a mail provider is read in every process as it was made, and the trail has what it was before and after',
    async check({ ledger, processes: [, second] }) {
      const who = random.id();
      const made = await provider(ledger, who);
      const endpoint = { ...made.endpoint, host: 'mx.example.org' } as typeof made.endpoint;
      const change = { name: made.name, version: 1, endpoint, policy: {} };
      must(await second.mail.changeProvider(change, entry(who)), 'done');

      const policy = { throttle: { per_minute: 20 } };
      expect(made).toMatchObject({
        kind: 'smtp',
        policy,
        state: 'active',
        pausedReason: null,
        origin: 'stored',
        version: 1,
      });
      expect(await again(second, made)).toMatchObject({ endpoint, policy: {}, version: 2 });
      const [first, next] = (await saidBy(ledger, who)).map(({ detail }) => detail);
      expect(first).toMatchObject({ provider: made.name, before: null });
      expect(next?.['before']).toBe(first?.['after']);
      expect(JSON.parse(String(next?.['after']))).toMatchObject({ version: 2, host: 'mx.example.org', policy: {} });
    },
    mutant: (honest) =>
      lying(honest, { mail: { addProvider: (input) => honest.mail.addProvider(input, entry('nobody')) } }),
  },
  {
    promise: 'of 20 operators who make, change, pause and remove one mail provider at once, each act is done once',
    async check({ ledger, processes }) {
      const who = random.id();
      const input = providerInput(newName());
      const { name, endpoint } = input;

      const made = await byTwenty(processes, (one) => one.mail.addProvider(input, entry(who, 'made')));
      const change = { name, version: 1, endpoint, policy: {} };
      const changed = await byTwenty(processes, (one) => one.mail.changeProvider(change, entry(who, 'changed')));
      const pause = { of: name, state: 'paused', reason: 'wrong secret' } as const;
      const paused = await byTwenty(processes, (one) => one.mail.setProviderState(pause, entry(who, 'paused')));
      const removed = await byTwenty(processes, (one) => one.mail.removeProvider(name, entry(who, 'removed')));

      expect(kindsOf(made)).toEqual({ done: 1, taken: 19 });
      expect(kindsOf(changed)).toEqual({ done: 1, outdated: 19 });
      expect(kindsOf(paused)).toEqual({ done: 1, as_it_is: 19 });
      expect(kindsOf(removed)).toEqual({ done: 1, missing: 19 });
      expect((await saidBy(ledger, who)).map(({ what }) => what)).toEqual(['made', 'changed', 'paused', 'removed']);
    },
    mutant: (honest) =>
      lying(honest, {
        mail: {
          /** Insists, with the version that it finds. */
          async changeProvider(input, audit) {
            const answer = await honest.mail.changeProvider(input, audit);
            if (answer.kind !== 'outdated') return answer;
            const found = (await honest.mail.records()).providers.find(({ name }) => name === input.name);
            return honest.mail.changeProvider({ ...input, version: found?.version ?? 1 }, audit);
          },
        },
      }),
  },
  {
    promise: 'of 20 operators who make, change, pause and remove one mailbox at once, each act is done once',
    async check({ ledger, processes }) {
      const who = random.id();
      const input = mailboxInput((await provider(ledger)).name);
      const { address } = input;

      const made = await byTwenty(processes, (one) => one.mail.addMailbox(input, entry(who, 'made')));
      const change = { ...input, version: 1, priority: 3 };
      const changed = await byTwenty(processes, (one) => one.mail.changeMailbox(change, entry(who, 'changed')));
      const pause = { of: address, state: 'paused', reason: 'moving' } as const;
      const paused = await byTwenty(processes, (one) => one.mail.setMailboxState(pause, entry(who, 'paused')));
      const held = only((await ledger.mail.records()).mailboxes.filter((one) => one.address === address));
      const removed = await byTwenty(processes, (one) => one.mail.removeMailbox(address, entry(who, 'removed')));

      expect(kindsOf(made)).toEqual({ done: 1, taken: 19 });
      expect(kindsOf(changed)).toEqual({ done: 1, outdated: 19 });
      expect(kindsOf(paused)).toEqual({ done: 1, as_it_is: 19 });
      expect(held).toMatchObject({
        priority: 3,
        state: 'paused',
        pausedReason: 'moving',
        sites: ['stg.example.org'],
        version: 3,
      });
      expect(kindsOf(removed)).toEqual({ done: 1, missing: 19 });
      expect((await saidBy(ledger, who)).map(({ what }) => what)).toEqual(['made', 'changed', 'paused', 'removed']);
    },
    mutant: (honest) =>
      lying(honest, {
        mail: {
          async setMailboxState(input, audit) {
            const answer = await honest.mail.setMailboxState(input, audit);
            if (answer.kind !== 'as_it_is') return answer;
            const found = (await honest.mail.records()).mailboxes.find(({ address }) => address === input.of);
            return found === undefined ? answer : { kind: 'done', record: found };
          },
        },
      }),
  },
  {
    promise: 'a mail provider that a mailbox uses stays, and of one that is removed meanwhile no mailbox is made',
    async check({ ledger, processes: [first, second] }) {
      for (let round = 0; round < RACES; round++) {
        const { name } = await provider(ledger);
        const input = mailboxInput(name);

        const [made, removed] = await Promise.all([
          first.mail.addMailbox(input, entry('operator:eva')),
          second.mail.removeProvider(name, entry('operator:jo')),
        ]);

        const answers = [made.kind, removed.kind].join(' ');
        expect(['done used', 'no_provider done']).toContain(answers);
        if (removed.kind === 'used') expect(removed.by).toEqual([input.address]);
        const late = mailboxInput(newName());
        expect(await second.mail.addMailbox(late, entry('operator:eva'))).toEqual({ kind: 'no_provider' });
      }
    },
    mutant: (honest) =>
      lying(honest, {
        mail: { addMailbox: (input, audit) => honest.mail.addMailbox({ ...input, isProviderStored: false }, audit) },
      }),
  },
  {
    promise: 'a mailbox may use a provider that the ledger does not have, and moves to none that is gone',
    async check({ ledger }) {
      const input = { ...mailboxInput('env'), isProviderStored: false };
      const made = must(await ledger.mail.addMailbox(input, entry('operator:eva')), 'done').record;
      const moved = { ...input, provider: newName(), isProviderStored: true, version: made.version };

      expect(made).toMatchObject({ provider: 'env', origin: 'stored' });
      expect(await ledger.mail.changeMailbox(moved, entry('operator:eva'))).toEqual({ kind: 'no_provider' });
    },
    mutant: (honest) =>
      lying(honest, {
        mail: {
          changeMailbox: (input, audit) => honest.mail.changeMailbox({ ...input, isProviderStored: false }, audit),
        },
      }),
  },
  {
    promise: 'every process hears that a mail provider was made, and that a mailbox was',
    async check({ ledger, processes }) {
      const ofProvider = processes.map((one) => heard(one, isTold));
      const [{ name }] = await Promise.all([provider(ledger), ...ofProvider]);

      const ofMailbox = processes.map((one) => heard(one, isTold));
      const [made] = await Promise.all([
        ledger.mail.addMailbox(mailboxInput(name), entry('operator:eva')),
        ...ofMailbox,
      ]);

      expect(made.kind).toBe('done');
    },
    mutant: (honest) => ({ ...honest, subscribe: () => undefined }),
  },
];
