/** Static bearers. */
import { equal } from 'node:assert/strict';
import { UNAVAILABLE, UNKNOWN } from '../../../src/http/receiver/authenticator.js';
import { jetWith, lets, NO_PROOF, secrets, sendsAway, type CallerCase } from './case.js';
import { bearerIn, knowsNobody, remembersEvery, rewrites, trustsAnybody, trustsWhen } from './mutants.js';

const FIRST = 'jet-first-bearer-0123456789';
const SECOND = 'jet-second-bearer-0123456789';
const input = jetWith({ bearers: secrets(FIRST, SECOND) });

export const staticBearerCases: readonly CallerCase[] = [
  {
    promise: 'a bearer that the file names is its producer',
    input,
    check: (fixture) => lets(fixture, { bearer: FIRST }, 'jet'),
    mutant: knowsNobody,
  },
  {
    promise: 'every bearer that the file names counts, so that it can be rotated',
    input,
    check: (fixture) => lets(fixture, { bearer: SECOND }, 'jet'),
    mutant: (honest) => ({
      authenticate: (call) => (bearerIn(call) === SECOND ? Promise.resolve(UNKNOWN) : honest.authenticate(call)),
    }),
  },
  {
    promise: 'the bearer of one producer is not another',
    input: () => ({
      proofs: {
        jet: { ...NO_PROOF, bearers: secrets(FIRST) },
        fly: { ...NO_PROOF, bearers: secrets('fly-bearer-0123456789012') },
      },
    }),
    check: (fixture) => lets(fixture, { bearer: 'fly-bearer-0123456789012' }, 'fly'),
    mutant: trustsAnybody,
  },
  {
    promise: 'a wrong bearer is nobody',
    input,
    check: (fixture) => sendsAway(fixture, { bearer: 'jet-wrong-bearer-0123456789' }),
    mutant: trustsAnybody,
  },
  {
    promise: 'no bearer is nobody, before a byte of the body is judged',
    input,
    check: (fixture) => sendsAway(fixture, { body: 'no json' }),
    mutant: trustsAnybody,
  },
  {
    promise: 'the beginning of a bearer is nobody',
    input,
    check: (fixture) => sendsAway(fixture, { bearer: FIRST.slice(0, -1) }),
    mutant: trustsWhen((bearer) => bearer !== '' && FIRST.startsWith(bearer)),
  },
  {
    promise: 'a bearer in another case is nobody',
    input,
    check: (fixture) => sendsAway(fixture, { bearer: FIRST.toUpperCase() }),
    mutant: rewrites((bearer) => bearer.toLowerCase()),
  },
  {
    promise: 'a bearer that a reload took out counts no more',
    input,
    async check(fixture) {
      await lets(fixture, { bearer: FIRST }, 'jet');
      fixture.reload({ jet: { ...NO_PROOF, bearers: secrets(SECOND) } });

      await sendsAway(fixture, { bearer: FIRST });
    },
    mutant: remembersEvery('caller'),
  },
  {
    promise: 'a static bearer is judged without the database',
    input,
    async check(fixture) {
      fixture.store.behave('away');

      equal((await fixture.post({ bearer: 'wrong-bearer-0123456789012' })).status, 401);
    },
    mutant: (honest, { ledger }) => ({
      authenticate: (call) =>
        ledger.audit.recent(1).then(
          () => honest.authenticate(call),
          () => UNAVAILABLE,
        ),
    }),
  },
];
