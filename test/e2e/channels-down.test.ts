/** Failure isolation, end to end: what fails on one channel stays on that channel, and nobody is locked out by silence. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { eventually } from '../fixtures/time/eventually.js';
import { openFixture, type Fixture } from '../fixtures/processes/installation.js';
import { newToken, produce, signIn, visit } from '../fixtures/processes/people.js';
import { ADA } from '../fixtures/sites/sites.js';

/** What a first mail takes through a fresh connection, with room for a busy machine. */
const AT_ONCE_MS = 5_000;
const ALL_FAILED_MS = 15_000;
const TO_ADA = { kind: 'approver', approver: ADA as never, address: ADA } as const;

let fixture: Fixture;

beforeEach(async () => {
  fixture = await openFixture('sqlite');
});

afterEach(async () => {
  await fixture.close();
});

test.each(['hang', 'refuse_connection', 'server_error'] as const)(
  'with Talk in state %s, the mail comes at once',
  async (kind) => {
    await fixture.peers.talk.behave({ kind });

    expect(await produce(fixture.gate, newToken())).toBe(200);

    await eventually('the mail is there', () => fixture.peers.smtp.mails().length === 1, AT_ONCE_MS);
  },
);

test.each(['hang', 'refuse_connection', 'busy'] as const)(
  'with mail in state %s, the card comes at once',
  async (kind) => {
    await fixture.peers.smtp.behave(kind);

    expect(await produce(fixture.gate, newToken())).toBe(200);

    await eventually('the card is there', () => fixture.peers.talk.sees(TO_ADA).length === 1, AT_ONCE_MS);
  },
);

test('with every channel down it is said once, and page and CLI can still decide', async () => {
  await fixture.peers.smtp.behave('hang');
  await fixture.peers.talk.behave({ kind: 'refuse_connection' });
  const token = newToken();
  expect(await produce(fixture.gate, token)).toBe(200);

  await eventually(
    'all have failed',
    () => fixture.gate.printed.out.includes('auth_gate.all_notifiers_failed'),
    ALL_FAILED_MS,
  );
  const ada = await signIn(fixture.gate, ADA);
  const list = await ada.get('/');
  const decided = await (await ada.open('/')).press('approve');

  expect(list.text).toContain('203.0.113.7');
  expect(decided.status).toBe(200);
  expect((await visit(fixture.gate, '203.0.113.7')).status).toBe(204);
  expect(fixture.gate.printed.out.split('auth_gate.all_notifiers_failed')).toHaveLength(2);
}, 40_000);
