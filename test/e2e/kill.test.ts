/** `kill -9` at the two worst moments: right after the receiver said 200, right after a decision was answered. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { eventually } from '../fixtures/time/eventually.js';
import { openFixture, type Fixture } from '../fixtures/processes/installation.js';
import { newToken, produce, tapOverTalk, visit } from '../fixtures/processes/people.js';
import { ADA } from '../fixtures/sites/sites.js';

/** A killed courier's leases run out first. */
const AFTER_A_LEASE_MS = 60_000;
const TO_ADA = { kind: 'approver', approver: ADA as never, address: ADA } as const;

let fixture: Fixture;

beforeEach(async () => {
  fixture = await openFixture('sqlite');
});

afterEach(async () => {
  await fixture.close();
});

test('killed right after the receiver said 200: after a restart every card is sent', async () => {
  await fixture.peers.smtp.behave('hang');
  await fixture.peers.talk.behave({ kind: 'hang' });
  expect(await produce(fixture.gate, newToken())).toBe(200);

  await fixture.gate.kill();
  await fixture.peers.smtp.behave('normal');
  await fixture.peers.talk.behave({ kind: 'normal' });
  await fixture.start(fixture.gate);

  await eventually('the mail is there', () => fixture.peers.smtp.mails().length === 1, AFTER_A_LEASE_MS);
  await eventually('the card is there', () => fixture.peers.talk.sees(TO_ADA).length === 1, AFTER_A_LEASE_MS);
}, 90_000);

test('killed right after a decision: the grant stands and the card is brought to its end', async () => {
  const token = newToken();
  expect(await produce(fixture.gate, token)).toBe(200);
  await eventually('the card is there', () => fixture.peers.talk.sees(TO_ADA)[0]?.buttons.length === 2);
  await fixture.peers.talk.behave({ kind: 'hang' });
  const told = await tapOverTalk(fixture.gate, { token, verb: 'approve', user: ADA, key: fixture.peers.talkKey });
  expect(told).toContain('Approved');

  await fixture.gate.kill();
  await fixture.peers.talk.behave({ kind: 'normal' });
  const again = await fixture.start(fixture.gate);

  expect((await visit(again, '203.0.113.7')).status).toBe(204);
  const card = await eventually(
    'the card is final',
    () => fixture.peers.talk.sees(TO_ADA).find(({ buttons }) => buttons.length === 0),
    AFTER_A_LEASE_MS,
  );
  expect(card.text).toContain(`Approved by ${ADA} over Talk`);
}, 90_000);
