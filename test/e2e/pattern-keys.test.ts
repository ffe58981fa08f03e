/** A site that has a pattern and a name among its domains is called by the name, in whichever order they are written. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { ask, BROWSER, forwarded, type Reply } from '../fixtures/gate/running-gate.js';
import { eventually } from '../fixtures/time/eventually.js';
import { openFixture, type Fixture } from '../fixtures/processes/installation.js';
import { ADA, SITES } from '../fixtures/sites/sites.js';

const PATTERN = '*.preview.example.net';
const NAME = 'main.example.net';
const PREVIEW = 'a.preview.example.net';
const OTHER_PREVIEW = 'b.preview.example.net';
const VISITOR = '203.0.113.7';

let fixture: Fixture;

afterEach(() => fixture.close());

async function open(domains: readonly string[]): Promise<void> {
  const table = `[[sites]]\ndomains = ${JSON.stringify(domains)}\nenvironment = "dev"\n`;
  fixture = await openFixture('sqlite', {
    sites: `${SITES}\n${table}[sites.auth_gate]\nadmin = "${ADA}"\nnotifiers = ["talk"]\n`,
  });
}

function check(host: string, more: Readonly<Record<string, string>> = {}): Promise<Reply> {
  const headers = { ...forwarded({ host }), ...more };
  return ask(fixture.gate.ports.gate, { path: `/site/${encodeURIComponent(domainOf(host))}/auth/forward`, headers });
}

/** As the proxy's configuration for this host has it. */
function domainOf(host: string): string {
  return host === NAME ? NAME : PATTERN;
}

async function passes(host: string, more?: Readonly<Record<string, string>>): Promise<Reply> {
  return eventually(`${host} is open`, async () => {
    const reply = await check(host, more);
    return reply.status === 204 ? reply : null;
  });
}

describe.each([[[PATTERN, NAME]], [[NAME, PATTERN]]])('%j', (domains) => {
  test('a grant for the name opens it, under its own key, and no preview', async () => {
    await open(domains);

    const given = await fixture.gate.cli('grant', VISITOR, NAME, '--for', '1h');

    expect([given.code, given.err]).toEqual([0, '']);
    expect((await passes(NAME)).headers['x-gate-site']).toBe(NAME);
    expect((await check(PREVIEW)).status).toBe(403);
    expect((await fixture.gate.cli('grant', VISITOR, PATTERN)).code).not.toBe(0);
  });

  test('a token for the name passes there alone, one for the pattern at every preview, one for a preview there alone', async () => {
    await open(domains);
    const mint = async (site: string): Promise<Record<string, string>> => {
      const { code, out } = await fixture.gate.cli('service-token', 'mint', '--site', site);
      expect(code).toBe(0);
      return { authorization: `Bearer ${out.trim()}` };
    };
    const [ofName, ofAll, ofOne] = [await mint(NAME), await mint(PATTERN), await mint(PREVIEW)];
    await Promise.all([passes(NAME, ofName), passes(PREVIEW, ofAll), passes(PREVIEW, ofOne)]);

    const everywhere = async (token: Record<string, string>): Promise<readonly number[]> =>
      Promise.all([NAME, PREVIEW, OTHER_PREVIEW].map(async (host) => (await check(host, token)).status));

    expect(await everywhere(ofName)).toEqual([204, 403, 403]);
    expect(await everywhere(ofAll)).toEqual([403, 204, 204]);
    expect(await everywhere(ofOne)).toEqual([403, 204, 403]);
  });

  test('a mute of the name keeps its visitors from asking, and those of previews ask on', async () => {
    await open(domains);
    const muted = await fixture.gate.cli('mute', NAME, '--for', '1h');

    for (const host of [NAME, PREVIEW]) {
      const path = `/site/${encodeURIComponent(domainOf(host))}/auth/forward`;
      const headers = { ...BROWSER, ...forwarded({ host }) };
      await ask(fixture.gate.ports.gate, { path, headers });
    }
    const pending = JSON.parse((await fixture.gate.cli('pending', '--json')).out) as readonly { site: string }[];

    expect(muted.code).toBe(0);
    expect(pending.map(({ site }) => site)).toEqual([PREVIEW]);
  });
});
