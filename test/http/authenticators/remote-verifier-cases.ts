/** A verifier of the producer's own: what counts as its yes, its no and no answer, and how long a yes is remembered. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { Secret } from '../../../src/base/secret.js';
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
} from './liars.js';
import type { CallerLiar, CallerScene, SceneWish } from './scene.js';

const TOKEN = 'ast_genuine_0123456789';
const OTHER = 'ast_unknown_0123456789';
const CACHE_SECONDS = 30;

function proofOf(verifier: FakeVerifier, change: Partial<VerifierProof> = {}): CallerProofs {
  const { url, secret } = verifier;
  const usual = { prefix: 'ast_', cacheSeconds: CACHE_SECONDS, allowedNetworks: [] };
  return { ...NO_PROOF, verifier: { url, secret: new Secret(secret), ...usual, ...change } };
}

function wish(verifier: FakeVerifier): SceneWish {
  verifier.behave({ kind: 'well' });
  verifier.tokens.clear();
  verifier.tokens.set(TOKEN, { user_id: 'usr_1', workspace_id: 'ws_2' });
  return { proofs: { jet: proofOf(verifier) } };
}

/** Another composition of the same parts. */
function configured(scene: CallerScene, change: Partial<VerifierProof>): ReturnType<typeof createCallers> {
  return createCallers({
    proofs: () => new Map([['jet', proofOf(scene.verifier, change)]]),
    serviceTokens: scene.ledger.serviceTokens,
    trustedProxies: [],
    clock: scene.clock,
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  });
}

function says(what: string, behaviour: VerifierBehaviour, liar: CallerLiar): CallerCase {
  return {
    promise: `a verifier that ${what} has not answered: come back, and nothing is opened`,
    wish,
    async check(scene) {
      scene.verifier.behave(behaviour);

      await asksToComeBack(scene, { bearer: TOKEN });
    },
    liar,
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
    wish,
    async check(scene) {
      scene.verifier.behave({ kind: 'hang' });
      const startMs = performance.now();

      await asksToComeBack(scene, { bearer: TOKEN });

      ok(performance.now() - startMs < 2_000);
    },
    liar: turnsUndecidedIntoNo,
  },
];

const verdicts: readonly CallerCase[] = [
  {
    promise: 'a bearer that the verifier knows is its producer, and the audit says whom it named',
    wish,
    async check(scene) {
      await lets(scene, { bearer: TOKEN }, 'jet/usr_1 of ws_2');

      equal(scene.verifier.asked.at(-1), TOKEN);
    },
    liar: knowsNobody,
  },
  {
    promise: 'a bearer that the verifier does not know is nobody',
    wish,
    check: (scene) => sendsAway(scene, { bearer: OTHER }),
    liar: turnsNoIntoUndecided,
  },
  {
    promise: 'a verifier that forbids with 403 has said no',
    wish,
    async check(scene) {
      scene.verifier.behave({ kind: 'answer', status: 403 });

      await sendsAway(scene, { bearer: TOKEN });
    },
    liar: trustsAnybody,
  },
  {
    promise: 'a bearer whose end has passed is nobody, whatever the status',
    wish,
    async check(scene) {
      scene.verifier.tokens.set(TOKEN, { user_id: 'usr_1', expires_at: Math.floor(Date.now() / 1_000) - 1 });

      await sendsAway(scene, { bearer: TOKEN });
    },
    liar: trustsAnybody,
  },
  {
    promise: 'a verifier that refuses our own secret lets nobody in',
    wish: (verifier) => ({
      ...wish(verifier),
      proofs: { jet: proofOf(verifier, { secret: new Secret('not-the-secret-01') }) },
    }),
    check: (scene) => sendsAway(scene, { bearer: TOKEN }),
    liar: instead((scene) => configured(scene, {})),
  },
];

const memory: readonly CallerCase[] = [
  {
    promise: 'a yes is remembered for a while, and the verifier not asked again',
    wish,
    async check(scene) {
      const before = scene.verifier.asked.length;

      await lets(scene, { bearer: TOKEN }, 'jet/usr_1 of ws_2');
      await lets(scene, { bearer: TOKEN }, 'jet/usr_1 of ws_2');

      equal(scene.verifier.asked.length - before, 1);
    },
    liar: instead((scene) => configured(scene, { cacheSeconds: 0 })),
  },
  {
    promise: 'a bearer that was revoked passes until its yes is forgotten, and no longer',
    wish,
    async check(scene) {
      await lets(scene, { bearer: TOKEN }, 'jet/usr_1 of ws_2');
      scene.verifier.tokens.delete(TOKEN);

      scene.advance(CACHE_SECONDS * 1_000 - 10_000);
      await lets(scene, { bearer: TOKEN }, 'jet/usr_1 of ws_2');
      scene.advance(10_001);
      await sendsAway(scene, { bearer: TOKEN });
    },
    liar: remembersEvery('caller'),
  },
  {
    promise: 'a yes is forgotten when the bearer itself ends, though it could be remembered longer',
    wish,
    async check(scene) {
      const end = new Date(Date.now() + 10_000).toISOString();
      scene.verifier.tokens.set(TOKEN, { user_id: 'usr_1', expires_at: end });
      await lets(scene, { bearer: TOKEN }, 'jet/usr_1');

      scene.advance(10_001);

      await sendsAway(scene, { bearer: TOKEN });
    },
    liar: remembersEvery('caller'),
  },
  {
    promise: 'a no is not remembered: a bearer works the moment it is made',
    wish,
    async check(scene) {
      await sendsAway(scene, { bearer: OTHER });
      scene.verifier.tokens.set(OTHER, { user_id: 'usr_3' });

      await lets(scene, { bearer: OTHER }, 'jet/usr_3');
    },
    liar: remembersEvery('unknown'),
  },
  {
    promise: 'an outage is not remembered',
    wish,
    async check(scene) {
      scene.verifier.behave({ kind: 'answer', status: 503 });
      await asksToComeBack(scene, { bearer: TOKEN });
      scene.verifier.behave({ kind: 'well' });

      await lets(scene, { bearer: TOKEN }, 'jet/usr_1 of ws_2');
    },
    liar: remembersEvery('unavailable'),
  },
  {
    promise: 'what is remembered passes through an outage of the verifier',
    wish,
    async check(scene) {
      await lets(scene, { bearer: TOKEN }, 'jet/usr_1 of ws_2');
      scene.verifier.behave({ kind: 'reset' });

      await lets(scene, { bearer: TOKEN }, 'jet/usr_1 of ws_2');
    },
    liar: instead((scene) => configured(scene, { cacheSeconds: 0 })),
  },
];

const discretion: readonly CallerCase[] = [
  {
    promise: 'a bearer that does not begin as the verifier has it is not shown to it',
    wish,
    async check(scene) {
      const before = scene.verifier.asked.length;

      await sendsAway(scene, { bearer: 'jet-static-bearer-mistyped' });

      equal(scene.verifier.asked.length, before);
    },
    liar: instead((scene) => configured(scene, { prefix: '' })),
  },
  {
    promise: 'a token of our own making is shown to no verifier, even a malformed one',
    wish: (verifier) => ({ ...wish(verifier), proofs: { jet: proofOf(verifier, { prefix: '' }) } }),
    async check(scene) {
      const before = scene.verifier.asked.length;

      await sendsAway(scene, { bearer: `kgst_${'A'.repeat(42)}` });

      equal(scene.verifier.asked.length, before);
    },
    liar: (honest, { verifier }) => ({
      async authenticate(call) {
        const headers = { 'x-internal-secret': verifier.secret };
        await fetch(verifier.url, { method: 'POST', headers, body: JSON.stringify({ token: bearerIn(call) }) });
        return honest.authenticate(call);
      },
    }),
  },
  {
    promise: 'of a flood of bearers, 32 at most are in the air; the rest are told to come back',
    wish,
    async check(scene) {
      scene.verifier.behave({ kind: 'hang' });
      const before = scene.verifier.asked.length;

      const posts = Array.from({ length: 40 }, (_, index) => scene.post({ bearer: `ast_flood_${String(index)}` }));

      deepEqual(new Set((await Promise.all(posts)).map(({ status }) => status)), new Set([503]));
      equal(scene.verifier.asked.length - before, 32);
    },
    liar: (_honest, scene) => ({ authenticate: (call) => configured(scene, {}).authenticate(call) }),
  },
  {
    promise: 'neither bearer nor internal secret nor a word of the verifier is ever in the log',
    wish,
    async check(scene) {
      scene.verifier.behave({ kind: 'answer', status: 500, body: 'a word of the verifier' });
      await scene.post({ bearer: TOKEN });

      const logged = scene.logged();

      ok(logged.includes('a verifier gave no answer') && logged.includes('jet'));
      ok([TOKEN, scene.verifier.secret, 'a word of'].every((text) => !logged.includes(text)));
    },
    liar: (honest, { log }) => ({
      authenticate(call) {
        log.debug('a bearer came', { bearer: bearerIn(call) });
        return honest.authenticate(call);
      },
    }),
  },
];

export const remoteVerifierCases: readonly CallerCase[] = [...verdicts, ...undecided, ...memory, ...discretion];
