/** What an embedded server is told of whoever reads there: who they are, and whether they signed in by two factors. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { ChannelName } from '../../src/approval/brand.js';
import { openEmbedded } from '../../src/compose/open-embedded.js';
import type { Services } from '../../src/compose/services.js';
import type { EmbeddedDeps, EmbeddedReader } from '../../src/contract/embedded-server.js';
import { ADA, startPlanes, type Planes } from '../fixtures/http/planes.js';
import { signedInByLink, withApp } from '../fixtures/http/second-factors.js';
import type { Browser } from '../fixtures/http/visitor-client.js';

let planes: Planes;
let readerOf: (person: Browser) => Promise<EmbeddedReader | null>;

beforeEach(async () => {
  planes = await startPlanes({ secondFactor: 'off' });
  const deps = await depsOfEmbedded();
  readerOf = (person) => deps.readerOf({ headers: { cookie: person.cookieHeader() } } as never);
});
afterEach(() => planes.stop());

/** What the server is opened with, in the place of a server. */
async function depsOfEmbedded(): Promise<EmbeddedDeps> {
  const given: EmbeddedDeps[] = [];
  const entry = {
    isUsed: () => true,
    file: 'talk.sqlite',
    messages: 'messages',
    load: () =>
      Promise.resolve({
        open(deps: EmbeddedDeps) {
          given.push(deps);
          return {} as never;
        },
      }),
  };
  const person = { id: ADA, addresses: new Map([['talk', 'embedded:ada']]) };
  const services = {
    identity: planes.identity,
    state: { directory: () => ({ approvers: new Map([[ADA, person]]) }) },
    config: { publicUrl: planes.publicUrl, publicPort: 1, dataDir: '.' },
    deps: {},
  } as unknown as Services;
  const embedded = { channel: 'talk' as ChannelName, title: 'Talk', entry };
  await openEmbedded(embedded, { services, guard: { arrive: () => ({}) as never } });
  const [deps] = given;
  if (deps === undefined) throw new Error('the server is opened');
  return deps;
}

test('whoever signed in by a link has one factor, also where the account has an app', async () => {
  await withApp(planes);

  expect(await readerOf(await signedInByLink(planes))).toMatchObject({ subject: 'ada', isWithASecond: false });
});

test('whoever gave a number has two', async () => {
  const { person } = await withApp(planes);

  expect(await readerOf(person)).toMatchObject({ subject: 'ada', isWithASecond: true });
});
