/** Every path of the public plane is one path: another spelling of it is another one, and is not there. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { talkInbound } from '../../bots/talk/inbound.js';
import { systemClock } from '../../src/base/time/clock.js';
import type { Mount } from '../../src/contract/mount.js';
import type { InboundHandlers } from '../../src/contract/inbound.js';
import { channelDeps } from '../contract/notifier/fixture.js';
import { openDiscordAt } from '../contract/stages/discord.js';
import { openSlackAt } from '../contract/stages/slack.js';
import { verifyKeyOf } from '../fakes/discord-keys.js';
import { keyOf, SIGNING_SECRETS } from '../fakes/talk.js';
import type { OpenChannel } from '../../src/contract/channel.js';
import { startPlanes, type Planes } from '../fixtures/http/planes.js';
import { silentLog } from '../fixtures/logs/silent-log.js';
import { routesOf } from '../fixtures/http/routes-of.js';
import { call } from '../fixtures/http/visitor-client.js';

const NOBODY = 'http://127.0.0.1:9';
const METHODS = ['GET', 'POST'];

let planes: Planes;
let receivers: readonly Mount[] = [];
let chats: readonly OpenChannel[] = [];

beforeEach(async () => {
  const deps = channelDeps(() => undefined);
  chats = [
    await openSlackAt(`${NOBODY}/api/`, deps),
    await openDiscordAt(NOBODY, deps, { publicKey: verifyKeyOf('current') }),
  ];
  const talk = talkInbound(SIGNING_SECRETS.map(keyOf), { clock: systemClock(), log: silentLog });
  const called = chats.flatMap(({ inbound }) => (inbound?.kind === 'called' ? [inbound] : []));
  planes = await startPlanes({
    failuresPerMinute: 100_000,
    mountsBehind: (guard, desk) => {
      const handlers: InboundHandlers = { desk, commands: { run: never }, reports: { report: never } };
      receivers = [talk, ...called].map((inbound) => ({
        path: inbound.path,
        app: guard.before({ source: inbound.path, inbound, handlers }),
      }));
      return receivers;
    },
  });
});
afterEach(async () => {
  await Promise.all(chats.map((chat) => chat.stop()));
  await planes.stop();
});

/** What a proxy's rules for the path would not fit. */
function otherSpellings(path: string): readonly string[] {
  const [, first = ''] = path.split('/');
  return [
    `${path}/`,
    `${path}//`,
    `/${path}`,
    path.replace(/\/(?=[^/]+$)/, '//'),
    path.replace(first, first.toUpperCase()),
    path.replace(/[^/]+$/, (last) => last.toUpperCase()),
    `${path}/.`,
    // behind a name it is a part of the name, which is then nobody's
    path.endsWith('0') ? path : `${path}%2f`,
    path.replace(first, `%${first.charCodeAt(0).toString(16)}${first.slice(1)}`),
  ].filter((spelling) => spelling !== path);
}

test('with a slash behind it, in capitals, with doubled or encoded slashes, no route answers', async () => {
  const table = routesOf(planes.publicApp, receivers).map(({ path }) => path.replace(/:\w+/g, '0'.repeat(32)));
  const paths = [...new Set(table)].filter((path) => path !== '/');
  const alive: string[] = [];

  for (const spelling of paths.flatMap(otherSpellings))
    for (const method of METHODS) {
      const { status } = await call(planes.publicUrl + spelling, { method });
      if (status !== 404) alive.push(`${method} ${spelling}: ${String(status)}`);
    }

  expect(paths).toEqual(expect.arrayContaining(['/slack/events', '/discord/interactions', '/talk/events']));
  expect(alive).toEqual([]);
});

test('the path itself answers, with a query, too', async () => {
  const plain = await call(`${planes.publicUrl}/slack/events`, { method: 'POST' });
  const asked = await call(`${planes.publicUrl}/slack/events?a=b`, { method: 'POST' });

  expect([plain.status, asked.status]).toEqual([401, 401]);
});

function never(): Promise<never> {
  return Promise.reject(new Error('nobody is let through here'));
}
