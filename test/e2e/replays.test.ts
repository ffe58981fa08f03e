/**
 * A call that comes twice has one effect: sent again at once to another process on one database, or to the same one after
 * it was started again. Also what is left of a call that is refused there, as an operator reads it.
 */
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bounce } from '../fixtures/channels/inbound-mails.js';
import { eventually } from '../fixtures/time/eventually.js';
import type { GateProcess } from '../fixtures/processes/gate-process.js';
import { openFixture, type Fixture } from '../fixtures/processes/installation.js';
import { newToken, produce, tapOverTalk, visit, writeOverTalk } from '../fixtures/processes/people.js';
import { ADA, HOST } from '../fixtures/sites/sites.js';

const MAIL_SECRET = 'a-secret-of-the-mail-provider';

interface HistoryRow {
  readonly what: string;
  readonly address: string | null;
}

describe.each([
  ['postgres', 2, 'another process'],
  ['sqlite', 1, 'the same process, started again'],
] as const)('on %s', (kind, processes, other) => {
  let fixture: Fixture;
  let first: GateProcess;
  let second: GateProcess;

  beforeAll(async () => {
    fixture = await openFixture(kind, { processes, environment: { EMAIL_WEBHOOK_SECRET: MAIL_SECRET } });
    [first = fixture.gate, second = fixture.gate] = fixture.gates;
  }, 60_000);

  afterAll(async () => {
    await fixture.close();
  });

  /** Whoever is to get the call again: there already, or started for it. */
  async function again(): Promise<GateProcess> {
    if (processes > 1) return second;
    await first.stop();
    first = await fixture.start(first);
    return first;
  }

  test(`a /gate line that comes again to ${other} does nothing more`, async () => {
    const line = { text: `/gate grant 198.51.100.7 ${HOST}`, user: ADA, key: fixture.peers.talkKey, id: 'line_1' };
    await writeOverTalk(first, line);
    await writeOverTalk(first, { ...line, text: '/gate revoke 198.51.100.7', id: 'line_2' });

    await writeOverTalk(await again(), line);

    expect(await acts(first, '198.51.100.7')).toEqual(['revoked', 'granted']);
    expect((await visit(second, '198.51.100.7')).status).toBe(403);
  }, 60_000);

  test(`a tap that comes again to ${other} decides nothing more, and reads the same`, async () => {
    const token = newToken();
    expect(await produce(first, token, { origin_ip: '198.51.100.8' })).toBe(200);
    const tap = { token, verb: 'approve', user: ADA, key: fixture.peers.talkKey, id: 'tap_1' } as const;

    const answers = [await tapOverTalk(first, tap), await tapOverTalk(await again(), tap)];

    expect(answers[0]).toMatch(/approved/i);
    expect(answers[1]).toBe(answers[0]);
    expect((await acts(first, '198.51.100.8')).filter((what) => what === 'approved')).toHaveLength(1);
  }, 60_000);

  test(`a bounce that comes again to ${other} is recorded once, and its request stays as it is`, async () => {
    await visit(first, '198.51.100.9');
    const mail = await eventually('the mail is there', () =>
      fixture.peers.smtp.mails().find(({ words }) => words.includes('198.51.100.9')),
    );
    const body = bounce({ messageId: mail.messageId });

    const outcomes = [await report(first, body), await report(await again(), body)];

    expect(outcomes).toEqual(['recorded', 'repeated']);
    expect((await acts(first, '198.51.100.9')).filter((what) => what === 'mail_bounced')).toHaveLength(1);
    const { out } = await first.cli('pending', '--json');
    expect((JSON.parse(out) as HistoryRow[]).map(({ address }) => address)).toContain('198.51.100.9');
    expect(await acts(first, '198.51.100.9')).not.toContain('approved');
  }, 60_000);

  test("a producer's post that comes again is the same request", async () => {
    const token = newToken();
    expect(await produce(first, token, { origin_ip: '198.51.100.10' })).toBe(200);
    expect(await produce(await again(), token, { origin_ip: '198.51.100.10' })).toBe(200);

    expect(await acts(first, '198.51.100.10')).toEqual(['opened']);
  }, 60_000);

  test('a refused call is read by an operator, from whichever process', async () => {
    const refused = await fetch(`${first.publicUrl}/api/webhooks/email/inbound`, {
      method: 'POST',
      headers: { 'X-Purelymail-Signature': 'sha256='.padEnd(71, '0') },
      body: 'hunter2',
    });

    const letter = await eventually('the letter is written', async () => {
      const { out } = await second.cli('dead-letters', '--json');
      const { letters } = JSON.parse(out) as { letters: readonly Readonly<Record<string, unknown>>[] };
      return letters.find(({ callId }) => callId === refused.headers.get('x-request-id'));
    });

    expect(refused.status).toBe(401);
    expect(letter).toMatchObject({ source: 'email', reason: 'signature_wrong', isSigned: false, bodyBytes: 7 });
    expect(first.printed.err).not.toContain('hunter2');
  }, 60_000);
});

async function report(gate: GateProcess, body: string): Promise<unknown> {
  const signature = createHmac('sha256', MAIL_SECRET).update(body).digest('hex');
  const response = await fetch(`${gate.publicUrl}/api/webhooks/email/inbound`, {
    method: 'POST',
    headers: { 'X-Purelymail-Signature': signature, 'content-type': 'message/rfc822' },
    body,
  });
  return ((await response.json()) as { outcome?: unknown }).outcome;
}

/** What was done about an address, newest first. */
async function acts(gate: GateProcess, address: string): Promise<readonly string[]> {
  const { out } = await gate.cli('history', '--json');
  return (JSON.parse(out) as HistoryRow[]).filter((row) => row.address === address).map(({ what }) => what);
}
