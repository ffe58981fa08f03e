/** Tokens of our own making: minted, used, ended and revoked in a real ledger. */
import { equal, ok } from 'node:assert/strict';
import { systemRandom } from '../../../src/base/crypto/random.js';
import type { AuditEntry } from '../../../src/contract/ledger.js';
import { UNKNOWN } from '../../../src/http/receiver/authenticator.js';
import { newServiceToken, serviceTokenHash } from '../../../src/http/receiver/service-token.js';
import { asksToComeBack, jetWith, lets, NO_PROOF, sendsAway, type CallerCase } from './case.js';
import {
  bearerIn,
  knowsNobody,
  remembersEvery,
  rewrites,
  trustsAnybody,
  trustsWhen,
  turnsUndecidedIntoNo,
} from './mutants.js';
import type { CallerFixture } from './fixture.js';

const input = jetWith({ serviceTokens: true });
const AUDIT: AuditEntry = {
  who: 'operator:ada',
  what: 'service_token_minted',
  surface: 'cli',
  site: null,
  address: null,
  detail: {},
};

interface Minted {
  readonly token: string;
  readonly id: string;
}

async function minted(
  fixture: CallerFixture,
  change: { producer?: string; ttlSeconds?: number } = {},
): Promise<Minted> {
  const token = newServiceToken(systemRandom()).revealText();
  const { producer = 'jet', ttlSeconds = null } = change;
  const wanted = { id: systemRandom().id(), hash: serviceTokenHash(token), producer, label: '', ttlSeconds };
  const { id } = await fixture.ledger.serviceTokens.mint(wanted, AUDIT);
  return { token, id };
}

/** Until the database's own clock has passed a token's end. */
async function ended(fixture: CallerFixture, id: string): Promise<void> {
  const deadlineMs = performance.now() + 5_000;
  const untilMs = (await fixture.ledger.serviceTokens.list()).find((token) => token.id === id)?.untilMs ?? 0;
  while (Date.now() <= untilMs) {
    if (performance.now() > deadlineMs) throw new Error('waited in vain');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const nameOf = ({ id }: Minted): string => `jet/service token ${id}`;

export const serviceTokenCases: readonly CallerCase[] = [
  {
    promise: 'a token that was minted is its producer, and the audit says which token',
    input,
    async check(fixture) {
      const made = await minted(fixture);

      await lets(fixture, { bearer: made.token }, nameOf(made));
    },
    mutant: knowsNobody,
  },
  {
    promise: 'its use is on record, without a word of the token in the database',
    input,
    async check(fixture) {
      const made = await minted(fixture);
      await fixture.post({ bearer: made.token });

      const [listed] = await fixture.ledger.serviceTokens.list();

      ok((listed?.lastUsedAtMs ?? 0) > 0);
      ok(!fixture.store.rows().includes(made.token.slice('kgst_'.length)));
    },
    mutant: trustsAnybody,
  },
  {
    promise: 'one character off is nobody',
    input,
    async check(fixture) {
      const { token } = await minted(fixture);

      await sendsAway(fixture, { bearer: token.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')) });
    },
    mutant: trustsWhen((bearer) => bearer.startsWith('kgst_')),
  },
  {
    promise: 'what the database holds of a token is no token',
    input,
    async check(fixture) {
      const { token } = await minted(fixture);

      await sendsAway(fixture, { bearer: serviceTokenHash(token) });
    },
    mutant: (honest, { ledger }) => ({
      async authenticate(call) {
        const found = await ledger.serviceTokens.use(bearerIn(call));
        return found === null
          ? honest.authenticate(call)
          : { kind: 'caller', producer: found.producer, identity: 'jet', untilMs: null };
      },
    }),
  },
  {
    promise: 'a token with a character too many is nobody, and the database is not asked',
    input,
    async check(fixture) {
      const { token } = await minted(fixture);
      fixture.store.behave('away');

      equal((await fixture.post({ bearer: `${token}A` })).status, 401);
    },
    mutant: rewrites((bearer) => bearer.slice(0, -1)),
  },
  {
    promise: 'a token that has ended is nobody',
    input,
    async check(fixture) {
      const made = await minted(fixture, { ttlSeconds: 1 });
      await lets(fixture, { bearer: made.token }, nameOf(made));
      await ended(fixture, made.id);

      await sendsAway(fixture, { bearer: made.token });
    },
    mutant: remembersEvery('caller'),
  },
  {
    promise: 'a token that was revoked is nobody, at once',
    input,
    async check(fixture) {
      const made = await minted(fixture);
      await lets(fixture, { bearer: made.token }, nameOf(made));
      await fixture.ledger.serviceTokens.revoke(made.id, { ...AUDIT, what: 'service_token_revoked' });

      await sendsAway(fixture, { bearer: made.token });
    },
    mutant: remembersEvery('caller'),
  },
  {
    promise: 'with the database away nobody can say: come back, and nothing is opened',
    input,
    async check(fixture) {
      const { token } = await minted(fixture);
      fixture.store.behave('away', { but: ['requests'] });

      await asksToComeBack(fixture, { bearer: token });
    },
    mutant: turnsUndecidedIntoNo,
  },
  {
    promise: 'a producer whose table says that it takes none, takes none',
    input: jetWith({ serviceTokens: false }),
    async check(fixture) {
      const { token } = await minted(fixture);

      await sendsAway(fixture, { bearer: token });
    },
    mutant: trustsWhen((bearer) => bearer.startsWith('kgst_')),
  },
  {
    promise: 'a token outlives its producer in sites.toml, and is nobody then',
    input,
    async check(fixture) {
      const { token } = await minted(fixture, { producer: 'gone' });

      await sendsAway(fixture, { bearer: token });
    },
    mutant: trustsWhen((bearer) => bearer.startsWith('kgst_')),
  },
  {
    promise: 'the token of one producer is not another',
    input: () => ({
      proofs: { jet: { ...NO_PROOF, serviceTokens: true }, fly: { ...NO_PROOF, serviceTokens: true } },
    }),
    async check(fixture) {
      const made = await minted(fixture, { producer: 'fly' });

      await lets(fixture, { bearer: made.token }, `fly/service token ${made.id}`);
    },
    mutant: (honest) => ({
      async authenticate(call) {
        const found = await honest.authenticate(call);
        return found.kind === 'caller' ? { ...found, producer: 'jet', identity: 'jet' } : UNKNOWN;
      },
    }),
  },
];
