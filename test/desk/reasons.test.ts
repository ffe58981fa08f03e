/** The reason of a denial, over any channel. */
import { describe, expect, test } from '@jest/globals';
import { MAX_REASON_CODE_POINTS, type RequestRecord } from '../../src/approval/request.js';
import { byId, newTapId, opened, OPERATOR } from '../fixtures/desk/desk.js';
import { fixture, oneDesk } from '../fixtures/desk/one-desk.js';
import { policed } from '../fixtures/desk/policed.js';

oneDesk(policed);

describe('a reason', () => {
  test.each([
    ['is trimmed', '  a scanner ', 'a scanner'],
    ['loses its line breaks and control characters', 'one\r\n\u0000two\u2028three\u0007', 'one two three'],
    ['loses halves of characters', 'a\ud83db', 'a b'],
    ['of nothing but blanks is none', ' \n\t ', undefined],
    ['keeps its own spaces and quotes', 'it is  "fine"', 'it is  "fine"'],
  ])('%s', async (_what, reason, kept) => {
    const request = await opened(fixture);

    await denied(request, reason);

    const decision = (await fixture.ledger.requests.byId(request.id))?.decision;
    expect(decision?.denial).toEqual(kept === undefined ? undefined : { reason: kept, isShared: true });
  });

  test('is cut by the character', async () => {
    const request = await opened(fixture);

    await denied(request, '\u{1f6a7}'.repeat(MAX_REASON_CODE_POINTS + 1));

    const reason = (await fixture.ledger.requests.byId(request.id))?.decision?.denial?.reason ?? '';
    expect(Array.from(reason)).toHaveLength(MAX_REASON_CODE_POINTS);
    expect(reason).toMatch(/^(\u{1f6a7})+…$/u);
  });

  test('of an approval is nothing', async () => {
    const request = await opened(fixture);
    const denial = { reason: 'welcome', isShared: true };

    await fixture.desk.decide({
      tapId: newTapId(),
      verdict: 'approve',
      ref: byId(request),
      actor: OPERATOR,
      surface: 'cli',
      denial,
    });

    expect((await fixture.ledger.requests.byId(request.id))?.decision?.denial).toBeUndefined();
  });

  function denied(request: RequestRecord, reason: string) {
    const denial = { reason, isShared: true };
    return fixture.desk.decide({
      tapId: newTapId(),
      verdict: 'deny',
      ref: byId(request),
      actor: OPERATOR,
      surface: 'cli',
      denial,
    });
  }
});
