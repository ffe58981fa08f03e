/** Proxies that ask wrongly: what the operator is told, and what the page says. */
import { describe, expect, test } from '@jest/globals';
import { ask, BROWSER, forwarded, HOST, named, type Reply, stateOf } from '../fixtures/gate/running-gate.js';
import { check, CHECKS, gate, isYes, openNamedSites } from '../fixtures/gate/named-sites.js';

openNamedSites();

describe('the operator is told of proxies that ask wrongly', () => {
  const told = (): unknown[] =>
    gate.events.flatMap((event) =>
      event.event === 'auth_gate.proxy_refused' ? [[event.why, event.peer, event.name]] : [],
    );

  test.each(CHECKS)('%s: without a name, by one event however often it happens', async (path) => {
    for (let times = 0; times < 3; times += 1) await check(path);

    expect(told()).toEqual([['unnamed_check', '127.0.0.1', '']]);
    expect(gate.gate.proxyFaults()).toEqual([{ kind: 'unnamed_check', peer: '127.0.0.1', name: '' }]);
  });

  test('by a name that no site has', async () => {
    await check(named('/auth/nginx', 'stgg.example.org'));

    expect(told()).toEqual([['unknown_name', '127.0.0.1', 'stgg.example.org']]);
  });

  test('and not of visitors who call the site by another name', async () => {
    await check(named('/auth/nginx'), 'other.example.org');
    await check(named('/auth/nginx'), 'nowhere.example.org');

    expect([told(), gate.gate.proxyFaults()]).toEqual([[], []]);
  });
});

describe('a trusted proxy that does not say for whom it asks', () => {
  const silent = (path: string): Promise<Reply> => {
    const headers: Record<string, string> = { ...BROWSER, ...forwarded() };
    delete headers['x-forwarded-for'];
    return ask(gate.port, { path: named(path), headers });
  };

  test.each(CHECKS)('%s: is not taken for the visitor', async (path) => {
    gate.fixture.grant(HOST, '127.0.0.1');

    const reply = await silent(path);

    expect([reply.status, gate.fixture.accessRequests.length]).toEqual([403, 0]);
    expect(gate.gate.proxyFaults()).toEqual([{ kind: 'no_forwarded_for', peer: '127.0.0.1', name: '' }]);
  });

  test.each(['/auth/forward', '/auth/envoy/', '/.koder-gate/pending/GET/'])(
    '%s: the page says what to change',
    async (path) => {
      const reply = await silent(path);

      expect([reply.status, stateOf(reply), gate.fixture.accessRequests.length]).toEqual([403, 'silent_proxy', 0]);
      expect(reply.body).toContain('X-Forwarded-For');
    },
  );

  test('is heard where it names its own machine as the visitor', async () => {
    gate.fixture.grant(HOST, '127.0.0.1');
    const headers = { ...BROWSER, ...forwarded({ address: '127.0.0.1' }) };

    expect(isYes(await ask(gate.port, { path: named('/auth/nginx/GET/'), headers }))).toBe(true);
  });
});

describe('the pages', () => {
  test('of another site than the host belongs to say that there is no such site', async () => {
    const reply = await check(named('/.koder-gate/pending/GET/'), 'other.example.org');

    expect([reply.status, stateOf(reply), gate.fixture.accessRequests.length]).toEqual([403, 'unknown_host', 0]);
  });

  test('send an operator to gate doctor where the proxy names a site that nobody has, and a visitor nowhere', async () => {
    const mistake = await check(named('/.koder-gate/pending/GET/', 'stgg.example.org'));
    const visitor = await check(named('/.koder-gate/pending/GET/'), 'other.example.org');

    expect([stateOf(mistake), mistake.body.includes('gate doctor')]).toEqual(['unknown_host', true]);
    expect(visitor.body).not.toContain('doctor');
  });

  test('tell of a request only under the name of its site', async () => {
    await check(named('/auth/forward'));
    const statusId = gate.fixture.requests[0]?.statusId ?? '';

    const own = await check(named(`/.koder-gate/status/${statusId}`));
    const foreign = await check(named(`/.koder-gate/status/${statusId}`, 'other.example.org'));
    const unnamed = await check(`/.koder-gate/status/${statusId}`);

    expect([own.status, foreign.status, unnamed.status]).toEqual([200, 403, 403]);
  });

  test('of a check without a name tell the operator what to change, and their style is served', async () => {
    const reply = await check('/auth/forward');
    const style = /href="(\/\.koder-gate\/assets\/[^"]+)"/.exec(reply.body)?.[1] ?? '';

    expect([reply.status, stateOf(reply)]).toEqual([403, 'unnamed']);
    expect(reply.body).toContain('/site/');
    expect((await check(style)).status).toBe(200);
  });
});
