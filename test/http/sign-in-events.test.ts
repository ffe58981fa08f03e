/** What the event stream says of signing in and out, and of what somebody signs in by. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { GateEvent } from '../../src/events/events.js';
import { ADA, startPlanes, type Planes } from '../fixtures/http/planes.js';
import { csrfFor, signedInByLink, withApp } from '../fixtures/http/second-factors.js';

let events: GateEvent[];
let planes: Planes;
beforeEach(async () => {
  events = [];
  planes = await startPlanes({ onEvent: (event) => events.push(event) });
});
afterEach(() => planes.stop());

const SIGNED_IN = { event: 'auth_gate.signed_in', account: ADA, surface: 'page' } as const;

test('a factor that is added, a recovery code that is used, and a reset', async () => {
  const { codes } = await withApp(planes);
  const person = await signedInByLink(planes);
  const csrf = csrfFor(await person.get('/sign-in/factor'), '/sign-in/factor');
  await person.post('/sign-in/factor', { csrf, code: codes[0] ?? '' });
  await planes.identity.enrolments.reset(ADA, { who: 'operator:eva', surface: 'cli', address: null });

  expect(events).toEqual([
    { ...SIGNED_IN, how: 'sign_in_link', lacks: null },
    { event: 'auth_gate.factor_added', account: ADA, factor: 'authenticator' },
    { event: 'auth_gate.factor_added', account: ADA, factor: 'recovery_codes' },
    { ...SIGNED_IN, how: 'sign_in_link', lacks: 'second_factor' },
    { ...SIGNED_IN, how: 'recovery_code', lacks: null },
    { event: 'auth_gate.recovery_code_used', account: ADA },
    { event: 'auth_gate.factors_reset', account: ADA, by: 'operator:eva' },
  ]);
});

test('signing out is told and audited as a session that its owner ended', async () => {
  const person = await signedInByLink(planes);
  const csrf = csrfFor(await person.get('/account'), '/sign-out');
  await person.post('/sign-out', { csrf });

  expect(events.at(-1)).toEqual({ event: 'auth_gate.sessions_ended', account: ADA, count: 1, by: ADA });
  const [row] = (await planes.store.ledger.audit.recent(100)).filter(({ what }) => what === 'sessions_ended');
  expect(row).toMatchObject({ who: ADA, surface: 'page', address: '127.0.0.1', detail: { count: 1 } });
  expect((await person.get('/account')).status).not.toBe(200);
});
