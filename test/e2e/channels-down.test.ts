/** Failure isolation, end to end: what fails on one channel stays on that channel, and nobody is locked out by silence. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { eventually } from './eventually.js';
import { openHouse, type House } from './house.js';
import { newToken, produce, signIn, visit } from './people.js';
import { ADA } from './sites.js';

/** What a first mail takes through a fresh connection, with room for a busy machine. */
const AT_ONCE_MS = 5_000;
const ALL_FAILED_MS = 15_000;
const TO_ADA = { kind: 'approver', approver: ADA as never, address: ADA } as const;

let house: House;

beforeEach(async () => {
  house = await openHouse('sqlite');
});

afterEach(async () => {
  await house.close();
});

test.each(['hang', 'refuse_connection', 'server_error'] as const)(
  'with Talk in state %s, the mail comes at once',
  async (kind) => {
    await house.peers.talk.behave({ kind });

    expect(await produce(house.gate, newToken())).toBe(200);

    await eventually('the mail is there', () => house.peers.smtp.mails().length === 1, AT_ONCE_MS);
  },
);

test.each(['hang', 'refuse_connection', 'busy'] as const)(
  'with mail in state %s, the card comes at once',
  async (kind) => {
    await house.peers.smtp.behave(kind);

    expect(await produce(house.gate, newToken())).toBe(200);

    await eventually('the card is there', () => house.peers.talk.sees(TO_ADA).length === 1, AT_ONCE_MS);
  },
);

test('with every channel down it is said once, and page and CLI can still decide', async () => {
  await house.peers.smtp.behave('hang');
  await house.peers.talk.behave({ kind: 'refuse_connection' });
  const token = newToken();
  expect(await produce(house.gate, token)).toBe(200);

  await eventually(
    'all have failed',
    () => house.gate.printed.out.includes('auth_gate.all_notifiers_failed'),
    ALL_FAILED_MS,
  );
  const ada = await signIn(house.gate, ADA);
  const list = await ada.get('/');
  const decided = await (await ada.open('/')).press('approve');

  expect(list.text).toContain('203.0.113.7');
  expect(decided.status).toBe(200);
  expect((await visit(house.gate, '203.0.113.7')).status).toBe(204);
  expect(house.gate.printed.out.split('auth_gate.all_notifiers_failed')).toHaveLength(2);
}, 40_000);
