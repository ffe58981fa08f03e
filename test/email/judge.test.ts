/** What a provider's policy makes of an answer. */
import { expect, test } from '@jest/globals';
import { judged } from '../../bots/email/judge.js';
import type { MailAnswer } from '../../bots/email/transport.js';

const POLICY = { isSoftBounce: false, final: ['smtp_452'], retried: ['smtp_554'] };
const refused = (scope: 'message' | 'recipient' | 'provider', reason: string): MailAnswer => ({
  kind: 'refused',
  scope,
  reason,
});
const later = (reason: string): MailAnswer => ({ kind: 'deferred', reason });

test.each([
  ['a refusal is final', refused('recipient', 'smtp_550'), {}, refused('recipient', 'smtp_550')],
  ['unless its code is retried', refused('message', 'smtp_554'), {}, later('smtp_554')],
  ['whatever status it comes with', refused('message', 'smtp_554_5.7.1'), {}, later('smtp_554_5.7.1')],
  [
    'but not another status than the one that is named',
    refused('message', 'smtp_554_5.7.1'),
    { retried: ['smtp_554_5.7.0', 'smtp'] },
    refused('message', 'smtp_554_5.7.1'),
  ],
  ['a code that is final ends what would be tried again', later('smtp_452'), {}, refused('message', 'smtp_452')],
  [
    'nothing is final while an operator repairs',
    refused('recipient', 'smtp_550'),
    { isSoftBounce: true },
    later('smtp_550'),
  ],
  ['not even what is final', later('smtp_452'), { isSoftBounce: true }, later('smtp_452')],
  [
    'a broken provider is one all the same',
    refused('provider', 'smtp_535'),
    { isSoftBounce: true },
    refused('provider', 'smtp_535'),
  ],
] as const)('%s', (...[, answer, change, expected]) => {
  expect(judged(answer, { ...POLICY, ...change })).toEqual(expected);
});

test('a wait that is asked for is for all that goes out by the provider', () => {
  const answer = { kind: 'deferred', reason: 'http_429', retryAfterMs: 5_000 } as const;

  expect(judged(answer, POLICY)).toEqual({ ...answer, isOfProvider: true });
});

test('what may be a second mail stays marked, whatever is made of its refusal', () => {
  const answer = { ...refused('message', 'smtp_554'), mayDouble: true };

  expect(judged(answer, POLICY)).toEqual({ ...later('smtp_554'), mayDouble: true });
});
