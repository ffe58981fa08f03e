/** What an operator sees of dead letters, and what comes of one that is redriven. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { RequestId } from '../../../src/approval/brand.js';
import type { DeadLetterLine, DeadLetterPage } from '../../../src/contract/admin.js';
import { signedInAtAdmin } from '../../fixtures/http/admin-browser.js';
import { ADA, FLY_BEARER, JET_BEARER, JET_HOST, OPERATOR } from '../../fixtures/http/planes.js';
import { call, fieldsOf } from '../../fixtures/http/visitor-client.js';
import { asOperator, audited, json, produce, PRODUCERS, redrive } from './operator.js';
import { openTalkPlane, type TalkPlane } from './talk-plane.js';

let opened: TalkPlane | null = null;
afterEach(async () => {
  await opened?.stop();
  opened = null;
});

async function open(): Promise<TalkPlane> {
  return (opened = await openTalkPlane());
}

describe('an operator', () => {
  test('lists them newest first, in pages', async () => {
    const plane = await open();
    await plane.forge(3);
    const letters = await plane.letters();

    const first = json(await asOperator(plane, '/v1/dead-letters?limit=2')) as DeadLetterPage;
    const second = json(
      await asOperator(plane, `/v1/dead-letters?limit=2&before=${String(first.before)}`),
    ) as DeadLetterPage;

    const ids = [...first.letters, ...second.letters].map(({ id }) => id);
    expect(ids).toEqual(letters.map(({ id }) => id).reverse());
    expect([first.letters.length, second.before]).toEqual([2, null]);
  });

  test('sees of a body its size and hash, and the body itself only by asking for it, which is audited', async () => {
    const plane = await open();
    await plane.send(plane.signed('{"type":"hunter2"}'));
    const [letter] = await plane.letters();
    const path = `/v1/dead-letters/${String(letter?.id)}`;

    const shown = await asOperator(plane, path);
    const body = json(await asOperator(plane, `${path}/body`, 'eve')) as { base64: string };

    expect(json(shown) as DeadLetterLine).toMatchObject({ reason: 'malformed', isSigned: true, bodyBytes: 18 });
    expect(shown.text).not.toContain('hunter2');
    expect(Buffer.from(body.base64, 'base64').toString()).toBe('{"type":"hunter2"}');
    expect(await audited(plane)).toEqual([['operator:eve', 'dead_letter_read']]);
  });

  test.each(['body', 'redrive'])('gets no %s of what is unsigned, and none of what is not there', async (verb) => {
    const plane = await open();
    await plane.forge(1);
    const [letter] = await plane.letters();

    const unsigned = await asOperator(plane, `/v1/dead-letters/${String(letter?.id)}/${verb}`, 'eve');
    const absent = await asOperator(plane, `/v1/dead-letters/99999/${verb}`, 'eve');

    expect([unsigned.status, absent.status]).toEqual([409, 404]);
    expect(await audited(plane)).toEqual([]);
  });

  test.each(['?limit=0', '?limit=101', '?limit=x', '?before=-1', '?before='])(
    'is told what a page is: %s',
    async (query) => {
      const plane = await open();

      expect((await asOperator(plane, `/v1/dead-letters${query}`)).status).toBe(400);
    },
  );

  test('is the only one who may', async () => {
    const plane = await open();
    const calls = [
      ['GET', '/v1/dead-letters'],
      ['GET', '/v1/dead-letters/1'],
      ['POST', '/v1/dead-letters/1/body'],
      ['POST', '/v1/dead-letters/1/redrive'],
    ] as const;

    const statuses = [];
    for (const [method, path] of calls) statuses.push((await call(plane.planes.adminUrl + path, { method })).status);

    expect(statuses).toEqual([401, 401, 401, 401]);
  });
});

describe('redriven', () => {
  test('a tap that an outage kept from the ledger decides, once, and is audited', async () => {
    const plane = await open();
    const { token, id } = await plane.planes.accessRequest();
    plane.planes.store.behave('away', { but: ['deadLetters'] });
    await plane.send(plane.tap({ token }));
    const [letter] = await plane.letters();
    plane.planes.store.behave('well');

    const first = await redrive(plane, letter?.id);
    const second = await redrive(plane, letter?.id);

    expect([first, second].map((answer) => json(answer))).toEqual([
      { isDone: true, outcome: 'done' },
      { isDone: true, outcome: 'done' },
    ]);
    const request = await plane.planes.store.ledger.requests.byId(id as RequestId);
    expect(request?.decision).toMatchObject({ outcome: 'approved', over: 'talk' });
    expect((await plane.letters())[0]?.redriven).toMatchObject({ by: 'operator:eve', outcome: 'done' });
    expect((await audited(plane)).filter(([, what]) => what === 'decided')).toHaveLength(1);
    expect((await audited(plane)).filter(([, what]) => what === 'dead_letter_redrive')).toHaveLength(2);
  });

  test('what is still malformed is not carried out, and says so', async () => {
    const plane = await open();
    await plane.send(plane.signed('{"type":"else"}'));
    const [letter] = await plane.letters();

    expect(json(await redrive(plane, letter?.id))).toEqual({ isDone: false, outcome: 'not_done' });
  });

  test("a producer's request opens, judged by the time it came", async () => {
    const plane = await open();
    plane.planes.store.behave('away', { but: ['deadLetters'] });
    const refused = await produce(plane, '7'.repeat(32));
    const [letter] = await plane.letters();
    plane.planes.store.behave('well');
    plane.planes.advance(30 * 60_000);

    const answers = [await redrive(plane, letter?.id), await redrive(plane, letter?.id)];

    expect(refused.status).toBe(503);
    expect(letter).toMatchObject({ source: 'producer', reason: 'unavailable' });
    expect(answers.map((answer) => json(answer))).toEqual([
      { isDone: true, outcome: 'done' },
      { isDone: true, outcome: 'done' },
    ]);
    expect(await plane.planes.store.requests()).toMatchObject([{ producer: 'jet', host: JET_HOST }]);
  });

  test("a producer's request that is still outside of what it may ask is not opened", async () => {
    const plane = await open();
    await produce(plane, '8'.repeat(32), { host: 'elsewhere.example.net' });
    const [letter] = await plane.letters();

    expect(letter?.reason).toBe('malformed');
    expect(json(await redrive(plane, letter?.id))).toEqual({ isDone: false, outcome: 'not_yours' });
  });

  test('a withdrawal that could not be written is made up for', async () => {
    const plane = await open();
    const token = '9'.repeat(32);
    await produce(plane, token);
    plane.planes.store.behave('away', { but: ['deadLetters'] });
    await call(`${plane.planes.publicUrl}${PRODUCERS}/${token}/withdraw`, {
      method: 'POST',
      headers: { authorization: `Bearer ${JET_BEARER}` },
    });
    const [letter] = await plane.letters();
    plane.planes.store.behave('well');

    expect(json(await redrive(plane, letter?.id))).toEqual({ isDone: true, outcome: 'done' });
    expect((await plane.planes.store.requests())[0]?.decision?.outcome).toBe('withdrawn');
  });

  test('answers that are no failure leave nothing to redrive', async () => {
    const plane = await open();
    const token = '6'.repeat(32);
    await produce(plane, token);

    const foreign = await call(`${plane.planes.publicUrl}${PRODUCERS}/${token}`, {
      headers: { authorization: `Bearer ${FLY_BEARER}` },
    });

    expect(foreign.status).toBe(404);
    expect(await plane.letters()).toEqual([]);
  });
});

test('on the page a letter that proved its caller is carried out by a second press, and what proved nobody is shown alone', async () => {
  const plane = await open();
  const { token } = await plane.planes.accessRequest();
  plane.planes.store.behave('away', { but: ['deadLetters'] });
  await plane.send(plane.tap({ token }));
  plane.planes.store.behave('well');
  await plane.forge(1);
  const letters = await plane.letters();
  const [signed, unsigned] = [true, false].map((isSigned) =>
    String(letters.find(({ sealedBody }) => (sealedBody !== null) === isSigned)?.id),
  );
  const operator = await signedInAtAdmin(plane.planes, OPERATOR);
  const path = `/dead-letters/${signed ?? ''}`;
  const shown = await operator.visit(path);

  const foreign = await operator.send(`${path}/redrive`, { csrf: 'x' });
  const done = await operator.send(`${path}/redrive`, fieldsOf(shown.text, `${path}/redrive`));

  expect((await operator.visit('/dead-letters')).text).toContain(`href="${path}"`);
  expect((await operator.visit(`/dead-letters/${unsigned ?? ''}`)).text).not.toContain('Carry it out');
  expect([foreign.status, done.status, done.text.includes('Carried out')]).toEqual([403, 200, true]);
  expect((await plane.letters()).find(({ id }) => String(id) === signed)?.redriven).toMatchObject({
    by: `operator:${OPERATOR}`,
  });
  expect((await operator.visit('/dead-letters/9999')).status).toBe(404);
  expect((await (await signedInAtAdmin(plane.planes, ADA)).visit('/dead-letters')).status).toBe(403);
});
