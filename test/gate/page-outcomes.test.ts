/** The visitor’s page once a request has ended: what each outcome says. */
import { describe, expect, test } from '@jest/globals';
import { ask, BROWSER, forwarded, HOST, stateOf } from '../fixtures/gate/running-gate.js';
import { gate, open, opened, openPages, WAYS } from '../fixtures/gate/pages.js';

openPages();

describe.each(WAYS)('%s', (way) => {
  test.each(['denied', 'expired', 'withdrawn'] as const)(
    'who was %s is told so and nothing else, until the window ends',
    async (outcome) => {
      gate.fixture.decide(await opened(), outcome);

      const reply = await open(way);

      expect([reply.status, stateOf(reply), gate.fixture.requests.length]).toEqual([403, outcome, 1]);
      expect(reply.body).toMatch(
        /You can ask again after <time datetime="[\d-]+T\d\d:\d\d:00\.000Z">\d\d:\d\d UTC<\/time> \(in \d+ min\)/,
      );
      expect(Number(reply.headers['retry-after'])).toBeGreaterThan(500);
      expect(reply.body.includes('not a refusal')).toBe(outcome !== 'denied');
    },
  );

  test('who is denied while waiting is told when to ask again, and how, as after a reload', async () => {
    const request = await opened();
    gate.fixture.decide(request, 'denied');

    const live = await ask(gate.port, {
      path: `/site/${HOST}/.koder-gate/wait/${request.statusId}?return=%2F`,
      headers: { ...BROWSER, ...forwarded() },
    });

    expect(stateOf(live)).toBe('denied');
    expect(live.body).toMatch(/You can ask again after <time datetime="[^"]+">\d\d:\d\d UTC<\/time> \(in \d+ min\)/);
    expect(live.body).toMatch(/<a class="button" href="[^"]*">Ask again<\/a>/);
    expect((await open(way)).body).toMatch(/<a class="button" href="[^"]*">Ask again<\/a>/);
  });

  test('who waits while nobody can be reached is told so, and that this is no refusal', async () => {
    gate.fixture.reach(await opened(), false);

    const reply = await open(way);

    expect(stateOf(reply)).toBe('pending');
    expect(reply.body).toMatch(/Nobody could be reached yet/);
    expect(reply.body).toMatch(/It is tried again until <time datetime="[^"]+">\d\d:\d\d UTC</);
    expect(reply.body).toContain('This is not a refusal');
  });

  test('timeout, refusal, withdrawal and delivery failure are four different texts', async () => {
    const bodies: string[] = [];
    for (const [outcome, isReached] of [
      ['expired', true],
      ['denied', true],
      ['withdrawn', true],
      ['expired', false],
    ] as const) {
      gate.fixture.forget();
      const request = await opened();
      gate.fixture.reach(request, isReached);
      gate.fixture.decide(request, outcome);
      bodies.push(/<h1[^>]*>[^<]*<\/h1>/.exec((await open(way)).body)?.[0] ?? '');
    }

    expect(new Set(bodies).size).toBe(4);
  });

  test('a grant that has been revoked is not a loop', async () => {
    const request = await opened();
    gate.fixture.decide(request, 'approved');
    gate.fixture.revoke(1);

    expect(stateOf(await open(way))).toBe('ended');
  });
});
