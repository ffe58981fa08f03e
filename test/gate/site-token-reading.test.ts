/** How often site tokens are read, what a guess costs, and how long they are believed with the database away. */
import { expect, test } from '@jest/globals';
import { systemRandom } from '../../src/base/crypto/random.js';
import { newSiteToken, siteTokenHash } from '../../src/gate/check/tokens/site-token.js';
import { READ_EVERY_MS } from '../../src/gate/check/tokens/token-cache.js';
import { ask, BROWSER, forwarded, HOST, named, startGate } from '../fixtures/gate/running-gate.js';
import { bearer, check, clock, gate, mint, openTokenGate, own, token, told } from '../fixtures/gate/token-gate.js';

const random = systemRandom();

openTokenGate();

test('with the database away a token passes as long as a grant, and a wrong one never', async () => {
  gate.fixture.outage = 'rejects';
  await clock.advance(20_000);
  expect((await check(bearer(token))).status).toBe(204);
  expect((await check(bearer(newSiteToken(random).revealText()))).status).toBe(403);

  await clock.advance(20_000);

  expect((await check(bearer(token))).status).toBe(403);
  gate.fixture.outage = 'none';
  await clock.advance(READ_EVERY_MS);
  expect((await check(bearer(token))).status).toBe(204);
});

test('where the tokens alone cannot be read a token passes no longer than that', async () => {
  gate.fixture.areTokensAway = true;
  await clock.advance(20_000);
  expect((await check(bearer(token))).status).toBe(204);

  await clock.advance(20_000);

  expect((await check(bearer(token))).status).toBe(403);
  gate.fixture.areTokensAway = false;
  await clock.advance(READ_EVERY_MS);
  expect((await check(bearer(token))).status).toBe(204);
});

test.each([0, 2])(
  'a bound of %i s holds for tokens as well, and while all is well they pass',
  async (staleMaxSeconds) => {
    const strict = await startGate({ clock, fixture: gate.fixture, staleMaxSeconds });
    const path = named('/auth/forward');
    const status = async (): Promise<number> =>
      (await ask(strict.port, { path, headers: { ...forwarded(), ...bearer(token) } })).status;
    await clock.advance(60_000);
    const before = await status();
    gate.fixture.areTokensAway = true;
    await clock.advance(staleMaxSeconds * 1_000 + 1);

    const after = await status();

    await strict.stop();
    expect([before, after]).toEqual([204, 403]);
  },
);

test('with a short bound the tokens are read twice within it, and no more often', async () => {
  const short = await startGate({ clock, fixture: gate.fixture, staleMaxSeconds: 6 });
  await gate.stop(); // its own readings would be counted with them
  const before = gate.fixture.reads();

  await clock.advance(60_000);

  await short.stop();
  expect(gate.fixture.reads() - before).toBe(20);
});

test('guesses ask the database nothing, and neither do the uses of an hour but for the first', async () => {
  for (let at = 0; at < 50; at += 1) await check(bearer(newSiteToken(random).revealText()));
  expect(gate.fixture.uses).toEqual([]);

  for (let at = 0; at < 50; at += 1) await check(bearer(token));

  expect(gate.fixture.uses).toEqual([siteTokenHash(token)]);
  await clock.advance(3_600_000);
  const later = mint();
  await told();
  await check(bearer(later));
  await check(bearer(later));
  expect(gate.fixture.uses).toEqual([siteTokenHash(token), siteTokenHash(later)]);
});

test('nobody is asked for a program that shows a token which opens nothing', async () => {
  for (const path of ['/auth/forward', '/.koder-gate/pending/GET/page'])
    await check({ ...BROWSER, ...bearer(newSiteToken(random).revealText()) }, { path });

  expect(gate.fixture.accessRequests).toEqual([]);
  await check({ ...BROWSER, ...bearer('the-sites-own') });
  expect(gate.fixture.accessRequests).toHaveLength(1);
});

test('passes and refusals are counted by site, without the token', async () => {
  await check(bearer(token));
  await check(own(token), { path: '/auth/nginx/GET/' });
  await check(own('open'));
  await check(own('open'), { path: '/auth/nginx/GET/' });

  expect(gate.gate.passTallies()).toEqual([
    { kind: 'token', site: HOST, pattern: '', count: 2 },
    { kind: 'wrong_token', site: HOST, pattern: '', count: 2 },
  ]);
});
