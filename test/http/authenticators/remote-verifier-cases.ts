/** A verifier of the producer's own: what counts as its yes, its no and no answer, and how long a yes is remembered. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { Secret } from '../../../src/base/crypto/secret.js';
import type { CallerProofs, VerifierProof } from '../../../src/contract/caller-proofs.js';
import { createCallers } from '../../../src/http/receiver/callers.js';
import type { FakeVerifier, VerifierBehaviour } from '../../fakes/verifier.js';
import { asksToComeBack, lets, NO_PROOF, sendsAway, type CallerCase } from './case.js';
import {
  bearerIn,
  instead,
  knowsNobody,
  remembersEvery,
  trustsAnybody,
  turnsNoIntoUndecided,
  turnsUndecidedIntoNo,
  turnsUndecidedIntoYes,
} from './mutants.js';
import type { CallerMutant, CallerFixture, FixtureInput } from './fixture.js';

const TOKEN = 'ast_genuine_0123456789';
const OTHER = 'ast_unknown_0123456789';
const CACHE_SECONDS = 30;

function proofOf(verifier: FakeVerifier, change: Partial<VerifierProof> = {}): CallerProofs {
  const { url, secret } = verifier;
  const usual = { prefix: 'ast_', cacheSeconds: CACHE_SECONDS, allowedNetworks: [] };
  return { ...NO_PROOF, verifier: { url, secret: new Secret(secret), ...usual, ...change } };
}

function input(verifier: FakeVerifier): FixtureInput {
  verifier.behave({ kind: 'well' });
  verifier.tokens.clear();
  verifier.tokens.set(TOKEN, { user_id: 'usr_1', workspace_id: 'ws_2' });
  return { proofs: { jet: proofOf(verifier) } };
}

/** Another composition of the same parts. */
function configured(fixture: CallerFixture, change: Partial<VerifierProof>): ReturnType<typeof createCallers> {
  return createCallers({
    proofs: () => new Map([['jet', proofOf(fixture.verifier, change)]]),
    serviceTokens: fixture.ledger.serviceTokens,
    trustedProxies: [],
    clock: fixture.clock,
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  });
}

function says(what: string, behaviour: VerifierBehaviour, mutant: CallerMutant): CallerCase {
  return {
    promise: `a verifier that ${what} has not answered: come back, and nothing is opened`,
    input,
    async check(fixture) {
      fixture.verifier.behave(behaviour);

      await asksToComeBack(fixture, { bearer: TOKEN });
    },
    mutant,
  };
}

function yes(body: string): VerifierBehaviour {
  return { kind: 'answer', status: 200, headers: { 'content-type': 'application/json' }, body };
}

const undecided: readonly CallerCase[] = [
  says('fails with 500', { kind: 'answer', status: 500 }, turnsUndecidedIntoNo),
  says('fails with 500, though its body says yes', { kind: 'answer', status: 500 }, turnsUndecidedIntoYes),
  says('is busy with 429', { kind: 'answer', status: 429 }, turnsUndecidedIntoNo),
  says('is not where it was, with 404', { kind: 'answer', status: 404 }, turnsUndecidedIntoNo),
  says('redirects', { kind: 'answer', status: 302, headers: { location: '/yes' } }, turnsUndecidedIntoYes),
  says('says 201', { kind: 'answer', status: 201 }, turnsUndecidedIntoYes),
  says('says 204', { kind: 'answer', status: 204, body: '' }, turnsUndecidedIntoYes),
  says('says 200 with a page', yes('<html>Welcome</html>'), turnsUndecidedIntoYes),
  says('says 200 and names nobody', yes('{"error":"invalid_token"}'), turnsUndecidedIntoYes),
  says('says 200 and "active": false', yes('{"user_id":"usr_1","active":false}'), turnsUndecidedIntoYes),
  says('says 200 and "valid": false', yes('{"user_id":"usr_1","valid":false}'), turnsUndecidedIntoYes),
  says('says 200 with an end that is no time', yes('{"user_id":"usr_1","expires_at":"soon"}'), turnsUndecidedIntoYes),
  says('names somebody in two lines', yes('{"user_id":"usr_1\\nroot"}'), turnsUndecidedIntoYes),
  says('never ends its answer', { kind: 'endless' }, turnsUndecidedIntoYes),
  says('breaks the connection', { kind: 'reset' }, turnsUndecidedIntoNo),
  {
    promise: 'a verifier that hangs is given up in time for an answer within 2 s',
    input,
    async check(fixture) {
      fixture.verifier.behave({ kind: 'hang' });
      const startMs = performance.now();

      await asksToComeBack(fixture, { bearer: TOKEN });

      ok(performance.now() - startMs < 2_000);
    },
    mutant: turnsUndecidedIntoNo,
  },
];

const verdicts: readonly CallerCase[] = [
  {
    promise: 'a bearer that the verifier knows is its producer, and the audit says whom it named',
    input,
    async check(fixture) {
      await lets(fixture, { bearer: TOKEN }, 'jet/usr_1 of ws_2');

      equal(fixture.verifier.asked.at(-1), TOKEN);
    },
    mutant: knowsNobody,
  },
  {
    promise: 'a bearer that the verifier does not know is nobody',
    input,
    check: (fixture) => sendsAway(fixture, { bearer: OTHER }),
    mutant: turnsNoIntoUndecided,
  },
  {
    promise: 'a verifier that forbids with 403 has said no',
    input,
    async check(fixture) {
      fixture.verifier.behave({ kind: 'answer', status: 403 });

      await sendsAway(fixture, { bearer: TOKEN });
    },
    mutant: trustsAnybody,
  },
  {
    promise: 'a bearer whose end has passed is nobody, whatever the status',
    input,
    async check(fixture) {
      fixture.verifier.tokens.set(TOKEN, { user_id: 'usr_1', expires_at: Math.floor(Date.now() / 1_000) - 1 });

      await sendsAway(fixture, { bearer: TOKEN });
    },
    mutant: trustsAnybody,
  },
  {
    promise: 'a verifier that refuses our own secret lets nobody in',
    input: (verifier) => ({
      ...input(verifier),
      proofs: { jet: proofOf(verifier, { secret: new Secret('not-the-secret-01') }) },
    }),
    check: (fixture) => sendsAway(fixture, { bearer: TOKEN }),
    mutant: instead((fixture) => configured(fixture, {})),
  },
];

const memory: readonly CallerCase[] = [
  {
    promise: 'a yes is remembered for a while, and the verifier not asked again',
    input,
    async check(fixture) {
      const before = fixture.verifier.asked.length;

      await lets(fixture, { bearer: TOKEN }, 'jet/usr_1 of ws_2');
      await lets(fixture, { bearer: TOKEN }, 'jet/usr_1 of ws_2');

      equal(fixture.verifier.asked.length - before, 1);
    },
    mutant: instead((fixture) => configured(fixture, { cacheSeconds: 0 })),
  },
  {
    promise: 'a bearer that was revoked passes until its yes is forgotten, and no longer',
    input,
    async check(fixture) {
      await lets(fixture, { bearer: TOKEN }, 'jet/usr_1 of ws_2');
      fixture.verifier.tokens.delete(TOKEN);

      fixture.advance(CACHE_SECONDS * 1_000 - 10_000);
      await lets(fixture, { bearer: TOKEN }, 'jet/usr_1 of ws_2');
      fixture.advance(10_001);
      await sendsAway(fixture, { bearer: TOKEN });
    },
    mutant: remembersEvery('caller'),
  },
  {
    promise: 'a yes is forgotten when the bearer itself ends, though it could be remembered longer',
    input,
    async check(fixture) {
      const end = new Date(Date.now() + 10_000).toISOString();
      fixture.verifier.tokens.set(TOKEN, { user_id: 'usr_1', expires_at: end });
      await lets(fixture, { bearer: TOKEN }, 'jet/usr_1');

      fixture.advance(10_001);

      await sendsAway(fixture, { bearer: TOKEN });
    },
    mutant: remembersEvery('caller'),
  },
  {
    promise: 'a no is not remembered: a bearer works the moment it is made',
    input,
    async check(fixture) {
      await sendsAway(fixture, { bearer: OTHER });
      fixture.verifier.tokens.set(OTHER, { user_id: 'usr_3' });

      await lets(fixture, { bearer: OTHER }, 'jet/usr_3');
    },
    mutant: remembersEvery('unknown'),
  },
  {
    promise: 'an outage is not remembered',
    input,
    async check(fixture) {
      fixture.verifier.behave({ kind: 'answer', status: 503 });
      await asksToComeBack(fixture, { bearer: TOKEN });
      fixture.verifier.behave({ kind: 'well' });

      await lets(fixture, { bearer: TOKEN }, 'jet/usr_1 of ws_2');
    },
    mutant: remembersEvery('unavailable'),
  },
  {
    promise: 'what is remembered passes through an outage of the verifier',
    input,
    async check(fixture) {
      await lets(fixture, { bearer: TOKEN }, 'jet/usr_1 of ws_2');
      fixture.verifier.behave({ kind: 'reset' });

      await lets(fixture, { bearer: TOKEN }, 'jet/usr_1 of ws_2');
    },
    mutant: instead((fixture) => configured(fixture, { cacheSeconds: 0 })),
  },
];

const discretion: readonly CallerCase[] = [
  {
    promise: 'a bearer that does not begin as the verifier has it is not shown to it',
    input,
    async check(fixture) {
      const before = fixture.verifier.asked.length;

      await sendsAway(fixture, { bearer: 'jet-static-bearer-mistyped' });

      equal(fixture.verifier.asked.length, before);
    },
    mutant: instead((fixture) => configured(fixture, { prefix: '' })),
  },
  {
    promise: 'a token of our own making is shown to no verifier, even a malformed one',
    input: (verifier) => ({ ...input(verifier), proofs: { jet: proofOf(verifier, { prefix: '' }) } }),
    async check(fixture) {
      const before = fixture.verifier.asked.length;

      await sendsAway(fixture, { bearer: `kgst_${'A'.repeat(42)}` });

      equal(fixture.verifier.asked.length, before);
    },
    mutant: (honest, { verifier }) => ({
      async authenticate(call) {
        const headers = { 'x-internal-secret': verifier.secret };
        await fetch(verifier.url, { method: 'POST', headers, body: JSON.stringify({ token: bearerIn(call) }) });
        return honest.authenticate(call);
      },
    }),
  },
  {
    promise: 'of a flood of bearers, 32 at most are in the air; the rest are told to come back',
    input,
    async check(fixture) {
      fixture.verifier.behave({ kind: 'hang' });
      const before = fixture.verifier.asked.length;

      const posts = Array.from({ length: 40 }, (_, index) => fixture.post({ bearer: `ast_flood_${String(index)}` }));

      deepEqual(new Set((await Promise.all(posts)).map(({ status }) => status)), new Set([503]));
      equal(fixture.verifier.asked.length - before, 32);
    },
    mutant: (_honest, fixture) => ({ authenticate: (call) => configured(fixture, {}).authenticate(call) }),
  },
  {
    promise: 'neither bearer nor internal secret nor a word of the verifier is ever in the log',
    input,
    async check(fixture) {
      fixture.verifier.behave({ kind: 'answer', status: 500, body: 'a word of the verifier' });
      await fixture.post({ bearer: TOKEN });

      const logged = fixture.logged();

      ok(logged.includes('a verifier gave no answer') && logged.includes('jet'));
      ok([TOKEN, fixture.verifier.secret, 'a word of'].every((text) => !logged.includes(text)));
    },
    mutant: (honest, { log }) => ({
      authenticate(call) {
        log.debug('a bearer came', { bearer: bearerIn(call) });
        return honest.authenticate(call);
      },
    }),
  },
];

export const remoteVerifierCases: readonly CallerCase[] = [...verdicts, ...undecided, ...memory, ...discretion];
