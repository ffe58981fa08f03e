/** Static bearers. */
import { equal } from 'node:assert/strict';
import { UNAVAILABLE, UNKNOWN } from '../../../src/http/receiver/authenticator.js';
import { jetWith, lets, NO_PROOF, secrets, sendsAway, type CallerCase } from './case.js';
import { bearerIn, knowsNobody, remembersEvery, rewrites, trustsAnybody, trustsWhen } from './liars.js';

const FIRST = 'jet-first-bearer-0123456789';
const SECOND = 'jet-second-bearer-0123456789';
const wish = jetWith({ bearers: secrets(FIRST, SECOND) });

export const staticBearerCases: readonly CallerCase[] = [
  {
    promise: 'a bearer that the file names is its producer',
    wish,
    check: (scene) => lets(scene, { bearer: FIRST }, 'jet'),
    liar: knowsNobody,
  },
  {
    promise: 'every bearer that the file names counts, so that it can be rotated',
    wish,
    check: (scene) => lets(scene, { bearer: SECOND }, 'jet'),
    liar: (honest) => ({
      authenticate: (call) => (bearerIn(call) === SECOND ? Promise.resolve(UNKNOWN) : honest.authenticate(call)),
    }),
  },
  {
    promise: 'the bearer of one producer is not another',
    wish: () => ({
      proofs: {
        jet: { ...NO_PROOF, bearers: secrets(FIRST) },
        fly: { ...NO_PROOF, bearers: secrets('fly-bearer-0123456789012') },
      },
    }),
    check: (scene) => lets(scene, { bearer: 'fly-bearer-0123456789012' }, 'fly'),
    liar: trustsAnybody,
  },
  {
    promise: 'a wrong bearer is nobody',
    wish,
    check: (scene) => sendsAway(scene, { bearer: 'jet-wrong-bearer-0123456789' }),
    liar: trustsAnybody,
  },
  {
    promise: 'no bearer is nobody, before a byte of the body is judged',
    wish,
    check: (scene) => sendsAway(scene, { body: 'no json' }),
    liar: trustsAnybody,
  },
  {
    promise: 'the beginning of a bearer is nobody',
    wish,
    check: (scene) => sendsAway(scene, { bearer: FIRST.slice(0, -1) }),
    liar: trustsWhen((bearer) => bearer !== '' && FIRST.startsWith(bearer)),
  },
  {
    promise: 'a bearer in another case is nobody',
    wish,
    check: (scene) => sendsAway(scene, { bearer: FIRST.toUpperCase() }),
    liar: rewrites((bearer) => bearer.toLowerCase()),
  },
  {
    promise: 'a bearer that a reload took out counts no more',
    wish,
    async check(scene) {
      await lets(scene, { bearer: FIRST }, 'jet');
      scene.reload({ jet: { ...NO_PROOF, bearers: secrets(SECOND) } });

      await sendsAway(scene, { bearer: FIRST });
    },
    liar: remembersEvery('caller'),
  },
  {
    promise: 'a static bearer is judged without the database',
    wish,
    async check(scene) {
      scene.store.behave('away');

      equal((await scene.post({ bearer: 'wrong-bearer-0123456789012' })).status, 401);
    },
    liar: (honest, { ledger }) => ({
      authenticate: (call) =>
        ledger.audit.recent(1).then(
          () => honest.authenticate(call),
          () => UNAVAILABLE,
        ),
    }),
  },
];
