/** Promises about sessions that end because their provider says so. */
import { expect } from '@jest/globals';
import type { AccountId } from '../../../src/approval/brand.js';
import { systemRandom } from '../../../src/base/crypto/random.js';
import type { Ledger } from '../../../src/contract/ledger.js';
import { lying, must, type LedgerCase, type Lie } from './case.js';
import { opened } from './inputs.js';

const random = systemRandom();
const RACERS = 20;
const HOUR_SECONDS = 3_600;
const ISSUER = 'https://id.koder.dev';
const audit = { ...opened, who: 'provider:koder', what: 'sessions_ended', surface: 'provider', site: null };

/** Somebody new, by a credential, in a browser and through a service; answers the hashes of both sessions. */
async function somebody(ledger: Ledger) {
  const account = `eve-${random.id()}` as AccountId;
  const key = { issuer: ISSUER, subject: random.id() };
  const facts = { provider: 'koder', email: null, isEmailVerified: false, name: 'Eve' };
  await ledger.identity.addCredential({ ...key, ...facts, to: { kind: 'new', account, name: 'Eve' } }, opened);
  const proof = { kind: 'credential', ...key, facts } as const;
  const [hash, held] = [random.hex(32), random.hex(32)];
  const where = { csrfKey: 'key', idleSeconds: HOUR_SECONDS, address: null, browser: null };
  await ledger.identity.startSession({ proof, hash, ...where });
  const access = { hash: random.hex(32), seconds: 600 };
  const heldBy = { hash: held, refreshHash: random.hex(32), access, idleSeconds: HOUR_SECONDS };
  await ledger.identity.startServiceSession({ proof, service: 'portal', ...heldBy });
  return { account, key, hashes: [hash, held] };
}

async function alive(ledger: Ledger, hashes: readonly string[]): Promise<readonly boolean[]> {
  const found = await Promise.all(hashes.map((hash) => ledger.identity.session(hash)));
  return found.map((session) => session !== null);
}

function identity(lie: (honest: Ledger) => Partial<Ledger['identity']>): Lie {
  return (honest) => lying(honest, { identity: lie(honest) });
}

export const providerLogoutCases: readonly LedgerCase[] = [
  {
    promise: 'a provider’s logout ends what was begun with that credential, in browsers and services, and nothing else',
    async check({ ledger, processes: [, second], query }) {
      const [one, other] = [await somebody(ledger), await somebody(ledger)];
      const elsewhere = { issuer: 'https://other.example', subject: one.key.subject };

      await second.identity.endSessionsOfCredential({ ...elsewhere, replay: random.id() }, audit);
      expect(await alive(ledger, one.hashes)).toEqual([true, true]);
      const done = await second.identity.endSessionsOfCredential({ ...one.key, replay: random.id() }, audit);

      expect(must(done, 'ended').sessions.map(({ approver }) => approver)).toEqual([one.account, one.account]);
      expect(await alive(ledger, [...one.hashes, ...other.hashes])).toEqual([false, false, true, true]);
      const said = await query(`SELECT detail FROM audit WHERE who = 'provider:koder'`);
      expect(JSON.stringify(said)).toContain(one.account);
      expect(said).toHaveLength(1);
    },
    mutant: identity((honest) => ({
      endSessionsOfCredential: ({ replay, subject }, entry) =>
        honest.identity.endSessionsOfCredential({ replay, subject, issuer: ISSUER }, entry),
    })),
  },
  {
    promise: 'of a logout that comes many times at once one counts, and later none',
    async check({ ledger, processes }) {
      const one = await somebody(ledger);
      const replay = random.id();

      const done = await Promise.all(
        Array.from({ length: RACERS }, (_none, racer) =>
          processes[racer % 2 === 0 ? 0 : 1].identity.endSessionsOfCredential({ ...one.key, replay }, audit),
        ),
      );

      expect(done.filter(({ kind }) => kind === 'ended')).toHaveLength(1);
      expect(await ledger.identity.endSessionsOfCredential({ ...one.key, replay }, audit)).toEqual({
        kind: 'repeated',
      });
    },
    mutant: identity((honest) => ({
      endSessionsOfCredential: (which, entry) =>
        honest.identity.endSessionsOfCredential({ ...which, replay: random.id() }, entry),
    })),
  },
];
