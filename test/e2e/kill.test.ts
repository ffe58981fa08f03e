/** `kill -9` at the two worst moments: right after the receiver said 200, right after a decision was answered. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { eventually } from './eventually.js';
import { openHouse, type House } from './house.js';
import { newToken, produce, tapOverTalk, visit } from './people.js';
import { ADA } from './sites.js';

/** A killed courier's leases run out first. */
const AFTER_A_LEASE_MS = 60_000;
const TO_ADA = { kind: 'approver', approver: ADA as never, address: ADA } as const;

let house: House;

beforeEach(async () => {
  house = await openHouse('sqlite');
});

afterEach(async () => {
  await house.close();
});

test('killed right after the receiver said 200: after a restart every card is sent', async () => {
  await house.peers.smtp.behave('hang');
  await house.peers.talk.behave({ kind: 'hang' });
  expect(await produce(house.gate, newToken())).toBe(200);

  await house.gate.kill();
  await house.peers.smtp.behave('normal');
  await house.peers.talk.behave({ kind: 'normal' });
  await house.start(house.gate);

  await eventually('the mail is there', () => house.peers.smtp.mails().length === 1, AFTER_A_LEASE_MS);
  await eventually('the card is there', () => house.peers.talk.sees(TO_ADA).length === 1, AFTER_A_LEASE_MS);
}, 90_000);

test('killed right after a decision: the grant stands and the card is brought to its end', async () => {
  const token = newToken();
  expect(await produce(house.gate, token)).toBe(200);
  await eventually('the card is there', () => house.peers.talk.sees(TO_ADA)[0]?.buttons.length === 2);
  await house.peers.talk.behave({ kind: 'hang' });
  const told = await tapOverTalk(house.gate, { token, verb: 'approve', user: ADA, key: house.peers.talkKey });
  expect(told).toContain('Approved');

  await house.gate.kill();
  await house.peers.talk.behave({ kind: 'normal' });
  const again = await house.start(house.gate);

  expect((await visit(again, '203.0.113.7')).status).toBe(204);
  const card = await eventually(
    'the card is final',
    () => house.peers.talk.sees(TO_ADA).find(({ buttons }) => buttons.length === 0),
    AFTER_A_LEASE_MS,
  );
  expect(card.text).toContain(`Approved by ${ADA} over Talk`);
}, 90_000);
