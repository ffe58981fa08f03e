/** Nobody answers: card, page, confirm link and producer all say that it expired, and none of them calls it a refusal. */
import { expect, test } from '@jest/globals';
import { eventually } from '../fixtures/time/eventually.js';
import { openFixture } from '../fixtures/processes/installation.js';
import { signIn, visit } from '../fixtures/processes/people.js';
import { ADA, SITES } from '../fixtures/sites/sites.js';

/** The shortest life that the configuration takes, and the courier's turn after it. */
const TTL_SECONDS = 30;
const DEADLINE_MS = (TTL_SECONDS + 15) * 1_000;
const TO_ADA = { kind: 'approver', approver: ADA as never, address: ADA } as const;

test('a request that nobody answers expires on every surface, and that is not a refusal', async () => {
  const sites = SITES.replace('[sites.auth_gate]', `[sites.auth_gate]\nrequest_ttl_sec = ${String(TTL_SECONDS)}`);
  const fixture = await openFixture('sqlite', { sites });
  try {
    expect((await visit(fixture.gate, '203.0.113.9')).text).toContain('Access pending');
    const card = await eventually('the card', () => fixture.peers.talk.sees(TO_ADA)[0]);

    const final = await eventually(
      'the card is final',
      () => fixture.peers.talk.sees(TO_ADA).find(({ buttons }) => buttons.length === 0),
      DEADLINE_MS,
    );
    const page = await visit(fixture.gate, '203.0.113.9');
    const ada = await signIn(fixture.gate, ADA);
    const confirm = await ada.get(new URL(card.links[0] ?? '').pathname);

    for (const text of [final.text, page.text, confirm.text]) {
      expect(text).toMatch(/expired/i);
      expect(text).toMatch(/not a refusal/i);
      expect(text).not.toMatch(/denied by/i);
    }
    expect(page.status).toBe(403);
    // one mail an approver: the end of a request is told by its page, never by a second mail
    expect(fixture.peers.smtp.mails()).toHaveLength(2);
  } finally {
    await fixture.close();
  }
}, 90_000);
