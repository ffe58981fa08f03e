/** From the choice on the closed page to the site itself, by signing in at the auth host: over the real ledger and both planes. */
import { expect, test } from '@jest/globals';
import type { AccountId } from '../../src/approval/brand.js';
import { forwarded, HOST, named, ask } from '../fixtures/gate/running-gate.js';
import { ADA } from '../fixtures/http/planes.js';
import { signedInBrowser } from '../fixtures/http/visitor-client.js';
import {
  begin,
  continueAs,
  gate,
  newJar,
  openAtSite,
  openRelyingSite,
  OTHER_HOST,
  planes,
  signedInAtSite,
  type Jar,
} from '../fixtures/identity/relying-site.js';

openRelyingSite();

async function check(jar: Jar, host = HOST): Promise<number> {
  const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
  const headers = { ...forwarded({ host }), ...(cookie === '' ? {} : { cookie }) };
  return (await ask(gate.port, { path: named('/auth/nginx/GET/x', host), headers })).status;
}

test('an approver signs in at the closed page and passes, without a request', async () => {
  const [jar, browser] = [newJar(), await signedInBrowser(planes)] as const;
  const closed = await openAtSite('/.koder-gate/pending/GET/x?a=1', { jar });
  expect(closed.body).toContain('href="/.koder-gate/sign-in?back=%2Fx%3Fa%3D1"');
  expect(await check(jar)).toBe(403);

  const home = await openAtSite(await continueAs(browser, await begin(jar, '/x?a=1')), { jar });

  expect([home.status, home.headers.location]).toEqual([303, '/x?a=1']);
  expect([await check(jar), await check(jar, OTHER_HOST)]).toEqual([204, 403]);
  expect(gate.fixture.accessRequests).toEqual([]);
  expect([...gate.fixture.audited.values()]).toMatchObject([{ who: ADA, what: 'passed_by_passage', site: HOST }]);
});

test.each(['signs out everywhere', 'is disabled'])('whoever %s passes no more', async (how) => {
  const { jar } = await signedInAtSite();
  expect(await check(jar)).toBe(204);

  const audit = { who: 'operator:eva', what: how, surface: 'cli', site: null, address: null, detail: {} };
  if (how === 'is disabled')
    await planes.store.ledger.identity.setAccountState(
      { account: ADA as string as AccountId, state: 'disabled' },
      audit,
    );
  else await planes.store.ledger.identity.endSessions({ by: 'approver', approver: ADA }, audit);
  gate.fixture.emit({ kind: 'handed_out_ended' });

  expect(await check(jar)).toBe(403);
});
