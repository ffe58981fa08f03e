/** Preview hosts behind a real nginx whose server has the pattern as its name: asked for, granted and revoked host by host. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ask, BROWSER, type Reply } from '../fixtures/gate/running-gate.js';
import { eventually } from '../fixtures/time/eventually.js';
import { openFixture, type Fixture } from '../fixtures/processes/installation.js';
import { isInstalled, startProxy, type RunningProxy } from '../fixtures/proxies/proxies.js';
import { startApp, type RunningApp, type Told } from '../fixtures/sites/site-app.js';
import { ADA, SITES } from '../fixtures/sites/sites.js';

const PATTERN = '*.preview.example.org';
const A = 'a.preview.example.org';
const B = 'b.preview.example.org';
/** Where nginx sees the visitors of these tests come from. */
const VISITOR = '127.0.0.1';
/** In every answer of the application, and in none of the gate. */
const MARKED = '"url"';

const PREVIEWS = `${SITES}
[[sites]]
domains = ["${PATTERN}"]
environment = "dev"
allow_proxy_address = true

[sites.auth_gate]
admin = "${ADA}"
notifiers = ["talk"]
`;

describe.each(isInstalled('nginx') ? ['nginx' as const] : [])('behind %s', (kind) => {
  let fixture: Fixture;
  let app: RunningApp;
  let proxy: RunningProxy;

  beforeAll(async () => {
    fixture = await openFixture('sqlite', { sites: PREVIEWS });
    app = await startApp();
    const gatePort = fixture.gate.ports.gate;
    proxy = await startProxy(kind, { gatePort, appPort: app.port, host: PATTERN, nginx: { name: PATTERN } });
  }, 60_000);

  afterAll(async () => {
    await proxy.stop();
    app.stop();
    await fixture.close();
  });

  const get = (host: string): Promise<Reply> => ask(proxy.port, { path: '/plans', headers: { ...BROWSER, host } });
  const gate = async (...words: readonly string[]): Promise<{ code: number; out: string }> =>
    fixture.gate.cli(...words);
  const listed = async (verb: string, ...more: readonly string[]): Promise<readonly { id: string; site?: string }[]> =>
    JSON.parse((await gate(verb, ...more, '--json')).out) as [];

  test('an approval opens the host that was asked for, and no other one', async () => {
    const closed = await get(A);
    const [pending] = await listed('pending');
    await gate('approve', pending?.id ?? '');
    await eventually(`${A} is open`, async () => (await get(A)).status === 200);

    const [own, other] = [await get(A), await get(B)];

    expect([closed.status, pending?.site]).toEqual([403, A]);
    expect((JSON.parse(own.body) as Told).headers['x-gate-site']).toBe(A);
    expect([other.status, other.body.includes(MARKED)]).toEqual([403, false]);
  });

  test('a grant by hand is for a host; it is listed and revoked there', async () => {
    const given = await gate('grant', VISITOR, B, '--for', '1h');
    await eventually(`${B} is open`, async () => (await get(B)).status === 200);
    const there = await listed('grants', B);
    await gate('revoke', String(there[0]?.id));
    await eventually(`${B} is closed`, async () => (await get(B)).status === 403);

    expect([given.code, there.map(({ site }) => site)]).toEqual([0, [B]]);
    expect((await gate('grant', VISITOR, PATTERN)).code).not.toBe(0);
  });

  test.each(['preview.example.org', 'x.a.preview.example.org', 'stg.example.org'])(
    'a host that is none of them is not served: %s',
    async (host) => {
      expect((await get(host)).body).not.toContain(MARKED);
    },
  );
});
