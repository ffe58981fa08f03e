/** Sockets that fail: each failure has its name, our loop hears of it, and nothing of the SDK gets loose. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { OpenChannel } from '../../src/contract/channel.js';
import type { Connection, ConnectionEnd, InboundHandlers } from '../../src/contract/inbound.js';
import { channelDeps, inTime } from '../contract/notifier/fixture.js';
import { openSlackAt } from '../contract/stages/slack.js';
import { startFakeSlack, type FakeSlack } from '../fakes/slack.js';

const DOORS = {} as InboundHandlers;

let slack: FakeSlack;
let channel: OpenChannel;

beforeEach(async () => {
  slack = await startFakeSlack();
  channel = await openSlackAt(
    slack.apiUrl,
    channelDeps(() => undefined),
    'socket',
  );
});

afterEach(async () => {
  await channel.stop();
  await slack.close();
});

describe('no socket is given out', () => {
  test.each([
    ['invalid_auth', 'refused', 'invalid_auth'],
    ['not_allowed_token_type', 'refused', 'not_allowed_token_type'],
    ['forbidden_team', 'refused', 'forbidden_team'],
    ['a_word_of_tomorrow', 'refused', 'socket_refused'],
    ['internal_error', 'lost', 'internal_error'],
    ['ratelimited', 'lost', 'ratelimited'],
  ])('%s: %s', async (error, kind, reason) => {
    slack.server.answerInstead('apps.connections.open', { ok: false, error });

    expect(await connect()).toEqual({ kind, reason });
  });

  test('Slack is out of reach: lost', async () => {
    await slack.behave({ kind: 'refuse_connection' });

    expect((await connect()).kind).toBe('lost');
  });

  test('the address of the socket leads nowhere: lost', async () => {
    slack.server.answerInstead('apps.connections.open', { ok: true, url: 'ws://127.0.0.1:9/link' });

    expect((await connect()).kind).toBe('lost');
  });

  test('the ticket of the socket is not taken: lost', async () => {
    slack.server.answerInstead('apps.connections.open', {
      ok: true,
      url: `ws://127.0.0.1:${String(slack.server.port)}/link`,
    });

    expect((await connect()).kind).toBe('lost');
  });
});

test('a socket that never says hello is given up when the wait is aborted', async () => {
  slack.server.isSilent = true;
  const stopping = new AbortController();
  const connecting = connect(stopping.signal);
  await socketOpens();

  stopping.abort();

  expect(await inTime(connecting, 2_000)).toEqual({ kind: 'lost', reason: 'aborted' });
});

describe('Slack ends the connection', () => {
  test.each([
    ['refresh_requested', { kind: 'lost', reason: 'told_to_disconnect' }],
    ['warning', { kind: 'lost', reason: 'told_to_disconnect' }],
    ['link_disabled', { kind: 'refused', reason: 'socket_mode_disabled' }],
  ])('%s', async (reason, end) => {
    const connection = await up();

    for (const socket of slack.server.sockets) socket.send(JSON.stringify({ type: 'disconnect', reason }));

    expect(await inTime(connection.ended, 2_000)).toEqual(end);
  });
});

test('a peer that does not close its half is not waited for', async () => {
  const connection = await up();
  for (const socket of slack.server.sockets) socket.pause();

  await inTime(connection.close(), 1_500);

  expect((await inTime(connection.ended, 500)).kind).toBe('lost');
});

test('a stop ends the connection, too', async () => {
  const stopping = new AbortController();
  const connection = await up(stopping.signal);

  stopping.abort();

  expect((await inTime(connection.ended, 2_000)).kind).toBe('lost');
});

function connect(signal = new AbortController().signal): Promise<Connection | ConnectionEnd> {
  if (channel.inbound?.kind !== 'connecting') throw new Error('slack connects out');
  return channel.inbound.connect(DOORS, signal);
}

async function up(signal?: AbortSignal): Promise<Connection> {
  const connection = await connect(signal);
  if (connection.kind !== 'up') throw new Error(`not connected: ${connection.reason}`);
  return connection;
}

async function socketOpens(): Promise<void> {
  const endMs = performance.now() + 2_000;
  while (slack.server.sockets.size === 0 && performance.now() < endMs)
    await new Promise((resume) => setTimeout(resume, 5));
}
