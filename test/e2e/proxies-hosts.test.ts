/**
 * Whatever a visitor says of where and who he is: a check guards the one site that the proxy was set up for. Every lie is told
 * to everything that can stand before a site, with a gate of several sites, one of them ungated and one with a grant for this
 * very visitor. The application behind must never answer.
 */
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { SiteKey } from '../../src/approval/brand.js';
import { site } from '../fixtures/gate/running-gate.js';
import { FRONTS, isThere, type FrontKind } from '../fixtures/proxies/fronts.js';
import { front, gate, putInFront } from '../fixtures/proxies/in-front.js';
import { FRIEND, GRANTED, GUARDED, HEADER_LIES, HOST_LIES, OPEN, PATH_LIES } from '../fixtures/proxies/host-lies.js';
import { PROXIES } from '../fixtures/proxies/proxies.js';
import { lines, rawCall, statusOf } from '../fixtures/network/raw-call.js';
import { MARK } from '../fixtures/sites/site-app.js';

const VISITOR = '127.0.0.1';
const LIES = [...HOST_LIES, ...HEADER_LIES, ...PATH_LIES];

test('the table has more than forty lies for each', () => {
  expect(LIES.length).toBeGreaterThan(40);
});

describe.each(FRONTS.filter(isThere))('before a site: %s', (kind) => {
  putInFront(kind, {
    sites: [
      site({ domains: [GUARDED], allowProxyAddress: true }),
      site({ key: OPEN as SiteKey, domains: [OPEN], environment: 'prd', isGated: false, allowProxyAddress: true }),
      site({ key: GRANTED as SiteKey, domains: [GRANTED], allowProxyAddress: true }),
    ],
    host: GUARDED,
  });

  beforeEach(() => {
    gate.fixture.forget();
    gate.fixture.grant(GRANTED, VISITOR);
    gate.fixture.grant(GUARDED, FRIEND);
  });

  test.each(LIES)('$name: nobody is let in', async ({ text }) => {
    const answer = await rawCall({ port: front.port, text });

    expect(answer).not.toContain(MARK);
    // nor is anybody told who approved whom
    expect(answer).not.toMatch(/^x-gate-/im);
    for (const { host, address } of gate.fixture.accessRequests) expect([host, address]).toEqual([GUARDED, VISITOR]);
  });

  test.each([
    ['its name', 'GET / HTTP/1.1', GUARDED],
    ['its name in upper case', 'GET / HTTP/1.1', GUARDED.toUpperCase()],
    ['its name with a port', 'GET / HTTP/1.1', `${GUARDED}:8443`],
    ['its name, HTTP/1.0', 'GET / HTTP/1.0', GUARDED],
    ['its absolute form', `GET http://${GUARDED}/ HTTP/1.1`, GUARDED],
  ])('whoever has a grant is let in by %s', async (_what, request, host) => {
    gate.fixture.grant(GUARDED, VISITOR);

    const answer = await rawCall({ port: front.port, text: lines(request, `Host: ${host}`) });

    expect([statusOf(answer), answer.includes(MARK)]).toEqual([200, true]);
  });

  test('a name with a dot at its end is the same name, or nobody is served', async () => {
    gate.fixture.grant(GUARDED, VISITOR);

    const answer = await rawCall({ port: front.port, text: lines('GET / HTTP/1.1', `Host: ${GUARDED}.`) });

    expect(statusOf(answer)).toBe(kind === 'caddy' ? 421 : 200);
  });

  test('names that nobody serves are refused aloud', async () => {
    const answer = await rawCall({ port: front.port, text: lines('GET / HTTP/1.1', 'Host: nobody.example.org') });

    expect(statusOf(answer)).toBe(refusal(kind));
  });
});

/** Where nothing in front knows the names, the gate does. */
function refusal(kind: FrontKind): number {
  return (PROXIES as readonly string[]).includes(kind) ? 421 : 403;
}
