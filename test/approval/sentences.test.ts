/** One sentence per answer, the same everywhere; four outcomes never mistaken for one another. */
import { describe, expect, test } from '@jest/globals';
import type { Decision } from '../../src/approval/request.js';
import { deliverySentence, type DeliveryStatus } from '../../src/approval/delivery-sentence.js';
import { denialSentence, refusalSentence, tapSentence, utcMinute } from '../../src/approval/sentences.js';
import { requestRecord } from '../fixtures/desk/request-record.js';

const AT_MS = Date.UTC(2026, 4, 2, 14, 30, 59);
const approved: Decision = {
  outcome: 'approved',
  by: 'rpm@koder.dev',
  over: 'talk',
  atMs: AT_MS,
  grantedUntilMs: AT_MS + 86_400_000,
};
const request = requestRecord({ host: 'stg.example.org' });

describe('the sentence of a tap', () => {
  test('an approval says who may visit what until when', () => {
    expect(tapSentence({ kind: 'decided', request, decision: approved })).toBe(
      'Approved. 203.0.113.7 may visit stg.example.org until 2026-05-03 14:30 UTC.',
    );
  });

  test('an approval that writes no grant promises no time', () => {
    const theirs = { ...request, producer: 'jet', site: null };

    expect(tapSentence({ kind: 'decided', request: theirs, decision: { ...approved, grantedUntilMs: null } })).toBe(
      'Approved. jet will let 203.0.113.7 visit stg.example.org.',
    );
  });

  test('a denial says so', () => {
    const decision: Decision = { ...approved, outcome: 'denied', grantedUntilMs: null };

    expect(tapSentence({ kind: 'decided', request, decision })).toBe(
      'Denied. 203.0.113.7 may not visit stg.example.org.',
    );
  });

  test('a denial of who passes all the same says by which grant, and never that the visitor may not', () => {
    const decision: Decision = { ...approved, outcome: 'denied', grantedUntilMs: null };
    const passing = { grant: 5, untilMs: AT_MS };
    const standing = '203.0.113.7 may still pass until 2026-05-02 14:30 UTC by grant 5: gate revoke 5';

    expect(tapSentence({ kind: 'decided', request, decision, passing })).toBe(`Denied. ${standing}`);
    expect(tapSentence({ kind: 'already', request, decision, passing })).toBe(
      `Already denied by rpm@koder.dev over Talk at 2026-05-02 14:30 UTC. ${standing}`,
    );
  });

  test('who comes second learns who decided, over what and when', () => {
    const decision: Decision = { ...approved, outcome: 'denied', grantedUntilMs: null };

    expect(tapSentence({ kind: 'already', request, decision })).toBe(
      'Already denied by rpm@koder.dev over Talk at 2026-05-02 14:30 UTC.',
    );
  });

  test.each([
    ['approve', false, 'Your Approve did not count.'],
    ['deny', false, 'Your Deny did not count.'],
    ['deny', true, 'Your Deny did not count: you had decided already.'],
    ['approve', true, 'That was you, and it stands.'],
  ] as const)('%s after an approval (by the same person: %s) is told: %s', (verdict, isOwn, told) => {
    expect(tapSentence({ kind: 'already', request, decision: approved, pressed: { verdict, isOwn } })).toBe(
      `Already approved by rpm@koder.dev over Talk at 2026-05-02 14:30 UTC. ${told}`,
    );
  });

  test('what was taken back since is not told as if it stood', () => {
    const decision = { ...approved, revocation: { by: 'ada@koder.dev', atMs: AT_MS } };

    expect(tapSentence({ kind: 'already', request, decision, pressed: { verdict: 'approve', isOwn: true } })).toBe(
      'Already approved by rpm@koder.dev over Talk at 2026-05-02 14:30 UTC. Revoked by ada@koder.dev since. That was you.',
    );
  });

  test('a press on what its producer took back did not count', () => {
    const decision: Decision = { ...approved, outcome: 'withdrawn', by: 'jet', over: 'webhook', grantedUntilMs: null };

    expect(tapSentence({ kind: 'already', request, decision, pressed: { verdict: 'deny', isOwn: false } })).toContain(
      'Your Deny did not count.',
    );
  });

  test('an approval for less than was asked for says both', () => {
    const shortened = { askedSeconds: 2_592_000, allowedSeconds: 86_400 };

    expect(tapSentence({ kind: 'decided', request, decision: approved, shortened })).toBe(
      'Approved. 203.0.113.7 may visit stg.example.org until 2026-05-03 14:30 UTC. You asked for 30 days; at most 24 h is allowed here, so 24 h applies.',
    );
  });

  test('a withdrawal is no decision', () => {
    const decision: Decision = { ...approved, outcome: 'withdrawn', by: 'jet', over: 'webhook', grantedUntilMs: null };

    expect(tapSentence({ kind: 'already', request, decision })).toBe(
      'Withdrawn by jet at 2026-05-02 14:30 UTC. Nothing is left to decide.',
    );
  });

  test('nobody answering is not a refusal', () => {
    const decision: Decision = { ...approved, outcome: 'expired', by: 'clock', over: 'clock', grantedUntilMs: null };
    const sentence = 'Expired: nobody answered in time; this is not a refusal.';

    expect(tapSentence({ kind: 'expired', request, decision })).toBe(sentence);
    expect(tapSentence({ kind: 'already', request, decision })).toBe(sentence);
  });

  test('a database out of reach says that nothing changed', () => {
    expect(tapSentence({ kind: 'unavailable' })).toBe(
      'Nothing changed, as far as the gate knows: it cannot reach its database. Try again.',
    );
  });

  test('every reason to refuse has its own sentence', () => {
    const reasons = [
      'not_an_approver_of_this_site',
      'chat_user_not_linked',
      'chat_user_linked_to_several',
      'not_an_operator',
      'foreign_workspace',
      'chat_user_is_guest',
      'chat_user_is_deactivated',
      'channel_may_not_approve',
      'channel_may_not_decide',
    ] as const;
    const sentences = reasons.map((why) => refusalSentence(why));

    expect(new Set(sentences).size).toBe(reasons.length);
    expect(tapSentence({ kind: 'forbidden', why: 'chat_user_not_linked' })).toBe(sentences[1]);
  });
});

test('a time is read the same by everybody', () => {
  expect(utcMinute(AT_MS)).toBe('2026-05-02 14:30 UTC');
});

describe('how a delivery stands', () => {
  const standing = (facts: Partial<DeliveryStatus>): DeliveryStatus => ({
    state: 'sent',
    drawnRevision: 0,
    lastReason: null,
    isMaybeDuplicate: false,
    isCardLost: false,
    ...facts,
  });

  test.each<[string, Partial<DeliveryStatus>]>([
    ['waits to be sent', { state: 'queued' }],
    ['waits to be sent (invalid_auth)', { state: 'queued', lastReason: 'invalid_auth' }],
    ['is being sent', { state: 'sending' }],
    ['delivered', { drawnRevision: 1 }],
    ['delivered, perhaps twice', { drawnRevision: 1, isMaybeDuplicate: true }],
    ['not delivered yet (timeout), will be tried again', { state: 'retry_wait', lastReason: 'timeout' }],
    ['not delivered (smtp_550)', { state: 'failed', lastReason: 'smtp_550' }],
    ['handed over, not sent yet', { state: 'accepted', drawnRevision: 1 }],
    ['not delivered, it bounced (dsn_5.1.1)', { state: 'bounced', drawnRevision: 1, lastReason: 'dsn_5.1.1' }],
    ['delivered, waits to be redrawn', { state: 'queued', drawnRevision: 1 }],
    ['delivered, is being redrawn', { state: 'sending', drawnRevision: 1 }],
    [
      'delivered, not redrawn yet (http_503), will be tried again',
      { state: 'retry_wait', drawnRevision: 1, lastReason: 'http_503' },
    ],
    [
      'delivered, could not be redrawn (missing_scope)',
      { state: 'failed', drawnRevision: 1, lastReason: 'missing_scope' },
    ],
    [
      'delivered, can be edited no more (message_not_found), a new message will tell',
      { state: 'queued', drawnRevision: 1, lastReason: 'message_not_found', isCardLost: true },
    ],
    [
      'delivered, can be edited no more (edit_window_closed), and no new message could tell',
      { state: 'failed', drawnRevision: 1, lastReason: 'edit_window_closed', isCardLost: true },
    ],
  ])('“%s”', (sentence, facts) => {
    expect(deliverySentence(standing(facts), null)).toBe(sentence);
  });

  test('no answer in time, a refusal, a withdrawal and a card that reached nobody are told apart', () => {
    const unsent = standing({ state: 'cancelled' });
    const sentences = [
      ...(['expired', 'denied', 'withdrawn'] as const).map((outcome) => deliverySentence(unsent, outcome)),
      deliverySentence(standing({ state: 'failed', lastReason: 'smtp_550' }), 'expired'),
    ];

    expect(sentences).toEqual([
      'not sent: the request expired first',
      'not sent: the request was denied first',
      'not sent: the request was withdrawn first',
      'not delivered (smtp_550)',
    ]);
  });
});

test('a reason says who reads it', () => {
  const denied: Decision = { ...approved, outcome: 'denied', grantedUntilMs: null };

  expect(denialSentence(denied)).toBeNull();
  expect(denialSentence({ ...denied, denial: { reason: 'a scanner', isShared: false } })).toBe(
    'Reason (for approvers alone): a scanner',
  );
  expect(denialSentence({ ...denied, denial: { reason: 'ask by mail', isShared: true } })).toBe(
    'Reason (the visitor reads it, too): ask by mail',
  );
});
