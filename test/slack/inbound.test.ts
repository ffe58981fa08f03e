/** The calls that Slack makes besides taps, the shapes it gives them, and what an operator can do with one that failed. */
import express from 'express';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SLACK_ACTIONS } from '../../cards/slack.js';
import { systemClock } from '../../src/base/time/clock.js';
import { createEncryption } from '../../src/base/crypto/encryption.js';
import { Secret } from '../../src/base/crypto/secret.js';
import { createCommands } from '../../src/commands/commands.js';
import type { CalledInbound, InboundHandlers } from '../../src/contract/inbound.js';
import type { NewDeadLetter } from '../../src/contract/ledger.js';
import { createGuard } from '../../src/http/public/guard/guard.js';
import { channelDeps } from '../contract/notifier/fixture.js';
import { SIGNING_SECRETS } from '../contract/stages/slack.js';
import { closeLedger } from '../fixtures/delivery/delivery.js';
import { blockActions, homeOpened, slashCommand } from '../fakes/slack-payloads.js';
import { encoded, signedHeaders, type PayloadKind } from '../fakes/slack-transport.js';
import { serveOnLoopback } from '../fakes/talk.js';
import { openSlackFixture, RPM, until, WORKSPACE, type SlackFixture } from '../fixtures/channels/slack.js';

const DOER = { user: RPM, team: WORKSPACE };

let fixture: SlackFixture;

beforeEach(async () => {
  fixture = await openSlackFixture();
});

afterEach(async () => {
  await fixture.close();
});

afterAll(closeLedger);

describe('a handshake', () => {
  test('is answered with its challenge', async () => {
    const answer = await call(JSON.stringify({ type: 'url_verification', token: 't', challenge: 'c0ffee' }));

    expect(answer).toEqual({ status: 200, body: JSON.stringify({ challenge: 'c0ffee' }) });
  });

  test('of certificates is answered', async () => {
    const { status } = await call('ssl_check=1&token=t', { type: 'application/x-www-form-urlencoded' });

    expect(status).toBe(200);
  });

  test('that is not signed is refused', async () => {
    const body = JSON.stringify({ type: 'url_verification', challenge: 'c0ffee' });

    const answer = await fetch(fixture.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });

    expect(answer.status).toBe(401);
  });
});

test.each([
  ['application/x-www-form-urlencoded; charset=utf-8'],
  ['Application/X-WWW-Form-URLencoded;charset="UTF-8"'],
])('a form of type %s is a form', async (type) => {
  const { body } = encoded('slash_commands', command('help'));

  const answer = await call(body, { type });

  expect(answer.status).toBe(200);
  expect(answer.body).toContain('What can be done');
});

test('an event of the JSON kind with a charset is read', async () => {
  const { body } = encoded('events_api', homeOpened(DOER, 'Ev1'));

  expect((await call(body, { type: 'application/json; charset=utf-8' })).status).toBe(200);
});

test('an event that nobody asked for is acknowledged, so that Slack does not send it again', async () => {
  const event = { ...homeOpened(DOER, 'Ev2'), event: { type: 'message', user: RPM, text: 'hello', channel: 'D1' } };

  expect((await call(JSON.stringify(event))).status).toBe(200);
});

describe('refused as malformed at once, not after three seconds:', () => {
  test.each<[string, unknown, PayloadKind]>([
    ['an action without a person', { ...action(), user: undefined }, 'interactive'],
    ['an action that is none', { ...action(), actions: [] }, 'interactive'],
    ['a token that is none', action('approve'), 'interactive'],
    ['an action that calls itself a command', { ...action(), command: '/gate' }, 'interactive'],
    ['a dialogue of another age', { type: 'dialog_submission', actions: [] }, 'interactive'],
    ['a shortcut', { type: 'shortcut', user: { id: 'u', team_id: 't' } }, 'interactive'],
    ['an event that is none', { type: 'event_callback', team_id: 't', event: null }, 'events_api'],
    ['a command of nobody', { command: '/gate', text: 'help' }, 'slash_commands'],
  ])('%s', async (_what, payload, kind) => {
    const { body, type } = encoded(kind, payload as Record<string, unknown>);
    const startedMs = performance.now();

    const { status } = await call(body, { type });

    expect(status).toBe(400);
    expect(performance.now() - startedMs).toBeLessThan(1_500);
  });

  test('a form whose payload stands twice', async () => {
    const { body, type } = encoded('interactive', action());

    expect((await call(Buffer.concat([body, Buffer.from('&payload={}')]), { type })).status).toBe(400);
  });

  test('a body of a type that Slack does not send', async () => {
    expect((await call('{}', { type: 'text/plain' })).status).toBe(400);
  });
});

test('a word about a tap goes to no address but Slack’s own', async () => {
  const { token } = await fixture.ask();
  const elsewhere = { ...action(token), response_url: 'http://127.0.0.1:9/elsewhere' };
  const { body, type } = encoded('interactive', elsewhere);

  const { status } = await call(body, { type });

  expect(status).toBe(200);
  await fixture.cardSays('Approved by rpm@koder.dev');
  expect(fixture.logged()).toContain('an answer to a tap was not taken by Slack');
});

describe('a signed call that failed can be carried out later', () => {
  const handlers = (): InboundHandlers => ({
    desk: fixture.desk,
    commands: createCommands({
      desk: fixture.desk,
      directory: () => fixture.gateFixture.directory,
      clock: systemClock(),
    }),
  });

  test('a tap decides, once', async () => {
    const { request, token } = await fixture.ask();
    const kept = keptCall('interactive', action(token));

    const first = await called().redrive(kept, handlers());
    const again = await called().redrive(kept, handlers());

    expect([first, again]).toEqual([true, true]);
    expect((await fixture.requestOf(request)).decision).toMatchObject({ outcome: 'approved', over: 'slack' });
  });

  test('a command runs', async () => {
    expect(await called().redrive(keptCall('slash_commands', command('pending')), handlers())).toBe(true);
  });

  test('what was for the moment of the tap is not', async () => {
    const deny = action('0'.repeat(32), SLACK_ACTIONS.deny);

    expect(await called().redrive(keptCall('interactive', deny), handlers())).toBe(false);
    expect(await called().redrive(keptCall('events_api', homeOpened(DOER, 'Ev3')), handlers())).toBe(false);
    expect(await called().redrive({ ...keptCall('interactive', {}), body: Buffer.from('{') }, handlers())).toBe(false);
  });

  function called(): CalledInbound {
    const { inbound } = fixture.channel;
    if (inbound?.kind !== 'called') throw new Error('slack is called');
    return inbound;
  }

  function keptCall(kind: PayloadKind, payload: Readonly<Record<string, unknown>>) {
    const { body, type } = encoded(kind, payload);
    return { callId: 'kept', headers: { 'content-type': type }, rawHeaders: [], body };
  }
});

test('a tap that nobody could carry out in time is a dead letter, although Slack got its 200', async () => {
  const letters: NewDeadLetter[] = [];
  const { inbound } = fixture.channel;
  if (inbound?.kind !== 'called') throw new Error('slack is called');
  const deps = { ...channelDeps(() => undefined), encryption: createEncryption([new Secret(Buffer.alloc(32, 5))]) };
  const ledger = { add: (letter: NewDeadLetter) => Promise.resolve(void letters.push(letter)) };
  const guard = createGuard({
    ...deps,
    ledger,
    trustedProxies: [],
    publicUrl: 'http://localhost',
    failuresPerMinute: 60,
  });
  const hanging = { ...fixture.desk, decide: () => new Promise<never>(() => undefined) };
  const handlers = { desk: hanging, commands: { run: () => new Promise<never>(() => undefined) } };
  const app = express().use(inbound.path, guard.before({ source: 'slack', inbound, handlers }));
  const server = await serveOnLoopback(app as Parameters<typeof serveOnLoopback>[0]);
  const { body, type } = encoded('interactive', action());
  const url = `http://127.0.0.1:${String(server.port)}${inbound.path}`;

  const { status } = await call(body, { type, url });
  await until('the letter is written', () => letters.length > 0);

  expect(status).toBe(200);
  expect(letters).toMatchObject([{ source: 'slack', reason: 'unavailable' }]);
  expect(letters[0]?.sealedBody).not.toBeNull();
  expect(letters[0]?.headers['x-slack-signature']?.length).toBeLessThan(20);
  await server.close();
  await guard.stop();
});

function action(token = '0'.repeat(32), actionId: string = SLACK_ACTIONS.approve): Readonly<Record<string, unknown>> {
  const control = { actionId, value: token, isOption: false, label: 'Approve' };
  const message = { channel: 'D1', ts: '1.1', responseUrl: 'https://hooks.slack.com/nobody' };
  return blockActions(DOER, { control, triggerId: 'trigger.1', message });
}

function command(line: string): Readonly<Record<string, string>> {
  const responseUrl = fixture.slack.responseUrl(RPM, null);
  return slashCommand(DOER, { line, triggerId: 'trigger.2', responseUrl, channel: 'D1' });
}

async function call(
  text: string | Buffer,
  { type = 'application/json', url = fixture.url }: { readonly type?: string; readonly url?: string } = {},
): Promise<{ readonly status: number; readonly body: string }> {
  const body = Buffer.from(text as string);
  const headers = signedHeaders({ secret: SIGNING_SECRETS[0], body, atMs: Date.now(), type });
  const answer = await fetch(url, {
    method: 'POST',
    headers: Object.fromEntries(headers),
    body: new Uint8Array(body),
  });
  return { status: answer.status, body: await answer.text() };
}
