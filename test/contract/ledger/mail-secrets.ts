/** Promises about providers' secrets: one of a purpose is active, the others' text is erased, and the trail has none of it. */
import { expect } from '@jest/globals';
import { systemRandom } from '../../../src/base/crypto/random.js';
import type { Ledger } from '../../../src/contract/ledger.js';
import { lying, must, only, type LedgerCase } from './case.js';
import { again, byTwenty, entry, kindsOf, provider, saidBy, secretInput, secretsOf } from './mail-inputs.js';

const random = systemRandom();

/** Puts the secret where it finds none, and otherwise over the one that it read. */
async function putOver(
  { mail }: Ledger,
  ...[input, audit]: Parameters<Ledger['mail']['putSecret']>
): ReturnType<Ledger['mail']['putSecret']> {
  const { secrets } = await mail.records();
  const found = secrets.find((one) => one.providerId === input.providerId && one.purpose === input.purpose);
  if (found === undefined) return mail.putSecret(input, audit);
  await mail.rewrapSecret({ ...input, id: found.id, from: found.sealed }, audit);
  return { kind: 'done', record: { ...found, ...input, version: found.version + 1 } };
}

export const mailSecretCases: readonly LedgerCase[] = [
  {
    promise:
      "of 20 secrets that are put at once one is active, the others' text is erased, and the provider is another version",
    async check({ ledger, processes, query }) {
      const made = await provider(ledger);
      const inputs = Array.from({ length: 20 }, () => secretInput(made.id));

      const put = await byTwenty(processes, (one, n) =>
        one.mail.putSecret(inputs[n] ?? secretInput(made.id), entry('operator:eva')),
      );

      expect(kindsOf(put)).toEqual({ done: 20 });
      const active = only(await secretsOf(ledger, made));
      expect(active.version).toBe(20);
      expect(put.map((answer) => must(answer, 'done').record)).toContainEqual(active);
      const kept = await query(`SELECT version FROM provider_secrets WHERE provider_id = ${String(made.id)}`);
      const texts = await query(
        `SELECT version FROM provider_secrets WHERE provider_id = ${String(made.id)} AND sealed IS NOT NULL`,
      );
      expect([kept.length, texts.map(({ version }) => Number(version))]).toEqual([20, [20]]);
      expect((await again(ledger, made)).version).toBe(21);
    },
    mutant: (honest) => {
      let last: Promise<unknown> = Promise.resolve();
      return lying(honest, {
        mail: {
          putSecret(input, audit) {
            const put = last.then(() => putOver(honest, input, audit));
            last = put;
            return put;
          },
        },
      });
    },
  },
  {
    promise: 'no more than one secret of a provider and purpose can be active, whoever writes it',
    async check({ ledger, change, query }) {
      const made = await provider(ledger);
      must(await ledger.mail.putSecret(secretInput(made.id), entry('operator:eva')), 'done');
      const id = String(made.id);

      const second = change(`INSERT INTO provider_secrets
        (provider_id, purpose, version, key_id, sealed, is_active, created_at)
        VALUES (${id}, 'smtp.password', 99, 'k1', 'x', 1, 1)`);

      await expect(second).rejects.toHaveProperty('message', expect.stringMatching(/unique/i));
      const active = `SELECT id FROM provider_secrets WHERE provider_id = ${id} AND is_active = 1`;
      expect(await query(active)).toHaveLength(1);
    },
    mutant: (honest) =>
      lying(honest, {
        mail: {
          putSecret: (input, audit) => honest.mail.putSecret({ ...input, purpose: 'smtp.refresh_token' }, audit),
        },
      }),
  },
  {
    promise: 'the trail says which version of a secret took the place of which, and has no sealed text',
    async check({ ledger }) {
      const who = random.id();
      const made = await provider(ledger);
      const sealed = random.hex(16);

      must(await ledger.mail.putSecret(secretInput(made.id, `kgs1.k1.${sealed}`), entry(who)), 'done');
      must(await ledger.mail.putSecret(secretInput(made.id), entry(who)), 'done');
      must(await ledger.mail.removeSecret({ providerId: made.id, purpose: 'smtp.password' }, entry(who)), 'done');

      const said = await saidBy(ledger, who);
      const places = said.map(({ detail }) => [detail['before'], detail['after']]);
      const [one, two] = ['{"version":1,"keyId":"k1"}', '{"version":2,"keyId":"k1"}'];
      expect(places).toEqual([[null, one], [one, two], [two, null]]); // prettier-ignore
      expect(said.map(({ detail }) => detail['provider'])).toEqual([made.name, made.name, made.name]);
      expect(JSON.stringify(said)).not.toContain(sealed);
      expect(await secretsOf(ledger, made)).toEqual([]);
    },
    mutant: (honest) =>
      lying(honest, {
        mail: {
          putSecret: (input, audit) =>
            honest.mail.putSecret(input, { ...audit, detail: { ...audit.detail, sealed: input.sealed } }),
        },
      }),
  },
  {
    promise: 'a secret is sealed anew only where it is still the one that was read',
    async check({ ledger }) {
      const made = await provider(ledger);
      const { record } = must(await ledger.mail.putSecret(secretInput(made.id), entry('operator:eva')), 'done');
      const wrapped = { id: record.id, from: record.sealed, sealed: 'kgs1.k2.new', keyId: 'k2' };

      const kept = await ledger.mail.rewrapSecret({ ...wrapped, from: 'kgs1.k1.another' }, entry('clock'));
      const isDone = await ledger.mail.rewrapSecret(wrapped, entry('clock'));
      const again = await ledger.mail.rewrapSecret(wrapped, entry('clock'));

      expect([kept, isDone, again]).toEqual([false, true, false]);
      expect(only(await secretsOf(ledger, made))).toEqual({ ...record, sealed: 'kgs1.k2.new', keyId: 'k2' });
    },
    mutant: (honest) =>
      lying(honest, {
        mail: {
          async rewrapSecret(input, audit) {
            const { secrets } = await honest.mail.records();
            const from = secrets.find(({ id }) => id === input.id)?.sealed ?? '';
            return honest.mail.rewrapSecret({ ...input, from }, audit);
          },
        },
      }),
  },
  {
    promise: "a removed provider's secrets are gone, its id is never another's, and nothing is put for it",
    async check({ ledger, query }) {
      const made = await provider(ledger);
      must(await ledger.mail.putSecret(secretInput(made.id), entry('operator:eva')), 'done');

      must(await ledger.mail.removeProvider(made.name, entry('operator:eva')), 'done');
      const { name, endpoint } = made;
      const next = await ledger.mail.addProvider({ name, kind: 'smtp', endpoint, policy: {} } as never, entry('jo'));
      const late = await ledger.mail.putSecret(secretInput(made.id), entry('operator:eva'));

      expect(must(next, 'done').record.id).toBeGreaterThan(made.id);
      expect(late).toEqual({ kind: 'missing' });
      expect(await query(`SELECT id FROM provider_secrets WHERE provider_id = ${String(made.id)}`)).toEqual([]);
    },
    mutant: (honest) =>
      lying(honest, {
        mail: {
          async removeProvider(name) {
            const found = (await honest.mail.records()).providers.find((one) => one.name === name);
            return found === undefined ? { kind: 'missing' } : { kind: 'done', record: found };
          },
        },
      }),
  },
];
