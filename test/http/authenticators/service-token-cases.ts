/** Tokens of our own making: minted, used, ended and revoked in a real ledger. */
import { equal, ok } from 'node:assert/strict';
import { systemChance } from '../../../src/base/chance.js';
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
} from './liars.js';
import type { CallerScene } from './scene.js';

const wish = jetWith({ serviceTokens: true });
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

async function minted(scene: CallerScene, change: { producer?: string; ttlSeconds?: number } = {}): Promise<Minted> {
  const token = newServiceToken(systemChance()).revealText();
  const { producer = 'jet', ttlSeconds = null } = change;
  const wanted = { id: systemChance().id(), hash: serviceTokenHash(token), producer, label: '', ttlSeconds };
  const { id } = await scene.ledger.serviceTokens.mint(wanted, AUDIT);
  return { token, id };
}

/** Until the database's own clock has passed a token's end. */
async function ended(scene: CallerScene, id: string): Promise<void> {
  const deadlineMs = performance.now() + 5_000;
  const untilMs = (await scene.ledger.serviceTokens.list()).find((token) => token.id === id)?.untilMs ?? 0;
  while (Date.now() <= untilMs) {
    if (performance.now() > deadlineMs) throw new Error('waited in vain');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const nameOf = ({ id }: Minted): string => `jet/service token ${id}`;

export const serviceTokenCases: readonly CallerCase[] = [
  {
    promise: 'a token that was minted is its producer, and the audit says which token',
    wish,
    async check(scene) {
      const made = await minted(scene);

      await lets(scene, { bearer: made.token }, nameOf(made));
    },
    liar: knowsNobody,
  },
  {
    promise: 'its use is on record, without a word of the token in the database',
    wish,
    async check(scene) {
      const made = await minted(scene);
      await scene.post({ bearer: made.token });

      const [listed] = await scene.ledger.serviceTokens.list();

      ok((listed?.lastUsedAtMs ?? 0) > 0);
      ok(!scene.store.rows().includes(made.token.slice('kgst_'.length)));
    },
    liar: trustsAnybody,
  },
  {
    promise: 'one character off is nobody',
    wish,
    async check(scene) {
      const { token } = await minted(scene);

      await sendsAway(scene, { bearer: token.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')) });
    },
    liar: trustsWhen((bearer) => bearer.startsWith('kgst_')),
  },
  {
    promise: 'what the database holds of a token is no token',
    wish,
    async check(scene) {
      const { token } = await minted(scene);

      await sendsAway(scene, { bearer: serviceTokenHash(token) });
    },
    liar: (honest, { ledger }) => ({
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
    wish,
    async check(scene) {
      const { token } = await minted(scene);
      scene.store.behave('away');

      equal((await scene.post({ bearer: `${token}A` })).status, 401);
    },
    liar: rewrites((bearer) => bearer.slice(0, -1)),
  },
  {
    promise: 'a token that has ended is nobody',
    wish,
    async check(scene) {
      const made = await minted(scene, { ttlSeconds: 1 });
      await lets(scene, { bearer: made.token }, nameOf(made));
      await ended(scene, made.id);

      await sendsAway(scene, { bearer: made.token });
    },
    liar: remembersEvery('caller'),
  },
  {
    promise: 'a token that was revoked is nobody, at once',
    wish,
    async check(scene) {
      const made = await minted(scene);
      await lets(scene, { bearer: made.token }, nameOf(made));
      await scene.ledger.serviceTokens.revoke(made.id, { ...AUDIT, what: 'service_token_revoked' });

      await sendsAway(scene, { bearer: made.token });
    },
    liar: remembersEvery('caller'),
  },
  {
    promise: 'with the database away nobody can say: come back, and nothing is opened',
    wish,
    async check(scene) {
      const { token } = await minted(scene);
      scene.store.behave('away', { but: ['requests'] });

      await asksToComeBack(scene, { bearer: token });
    },
    liar: turnsUndecidedIntoNo,
  },
  {
    promise: 'a producer whose table says that it takes none, takes none',
    wish: jetWith({ serviceTokens: false }),
    async check(scene) {
      const { token } = await minted(scene);

      await sendsAway(scene, { bearer: token });
    },
    liar: trustsWhen((bearer) => bearer.startsWith('kgst_')),
  },
  {
    promise: 'a token outlives its producer in sites.toml, and is nobody then',
    wish,
    async check(scene) {
      const { token } = await minted(scene, { producer: 'gone' });

      await sendsAway(scene, { bearer: token });
    },
    liar: trustsWhen((bearer) => bearer.startsWith('kgst_')),
  },
  {
    promise: 'the token of one producer is not another',
    wish: () => ({
      proofs: { jet: { ...NO_PROOF, serviceTokens: true }, fly: { ...NO_PROOF, serviceTokens: true } },
    }),
    async check(scene) {
      const made = await minted(scene, { producer: 'fly' });

      await lets(scene, { bearer: made.token }, `fly/service token ${made.id}`);
    },
    liar: (honest) => ({
      async authenticate(call) {
        const found = await honest.authenticate(call);
        return found.kind === 'caller' ? { ...found, producer: 'jet', identity: 'jet' } : UNKNOWN;
      },
    }),
  },
];
