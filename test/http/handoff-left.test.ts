/** Handoffs of somebody whom sites.toml names no more: it may change between any two of the steps. */
import { expect, test } from '@jest/globals';
import { stateOf } from '../fixtures/gate/running-gate.js';
import { ADA } from '../fixtures/http/planes.js';
import { signedInBrowser } from '../fixtures/http/visitor-client.js';
import {
  begin,
  continueAs,
  newJar,
  openAtSite,
  openRelyingSite,
  planes,
  signedInAtSite,
  whoIs,
} from '../fixtures/identity/relying-site.js';

openRelyingSite();

test('whoever has left since they got the code is refused at the site, and nothing of it is left', async () => {
  const [jar, person] = [newJar(), await signedInBrowser(planes)];
  const back = await continueAs(person, await begin(jar));
  planes.leave(ADA);

  const opened = await openAtSite(back, { jar });

  expect([opened.status, stateOf(opened), jar.size]).toEqual([403, 'not_signed_in', 0]);
  expect(planes.store.query('SELECT hash FROM handed_out')).toEqual([]);
});

test('whoever has left since they began gets no code', async () => {
  const [jar, person] = [newJar(), await signedInBrowser(planes)];
  const path = await begin(jar);
  planes.leave(ADA);

  const { status, headers } = await person.get(path);

  expect([status, headers.location]).toEqual([303, expect.stringMatching(/^\/sign-in\?next=/)]);
  expect(planes.store.query('SELECT code_hash FROM handoffs')).toEqual([{ code_hash: null }]);
});

test('whoever leaves afterwards is nobody at the site', async () => {
  const { jar } = await signedInAtSite();
  expect(await whoIs(jar)).not.toBeNull();

  planes.leave(ADA);

  expect(await whoIs(jar)).toBeNull();
});
