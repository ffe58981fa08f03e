/** What health says of a Discord application that is set up, and of each way in which it is not. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Health, OpenChannel } from '../../src/contract/channel.js';
import { openDiscordAt } from '../contract/stages/discord.js';
import { startFakeDiscord, type FakeDiscord } from '../fakes/discord.js';
import { verifyKeyOf } from '../fakes/discord-keys.js';
import { discordDeps, eventually } from '../fixtures/channels/discord.js';

const ENDPOINT = 'https://gate.example.org/discord/interactions';

let fake: FakeDiscord;
let channel: OpenChannel;

beforeEach(async () => {
  fake = await startFakeDiscord();
});
afterEach(async () => {
  await channel.stop();
  await fake.close();
});

async function open(publicKey: string): Promise<void> {
  channel = await openDiscordAt(fake.apiUrl, discordDeps(), { publicKey });
  await eventually(() => fake.called.some((line) => line.startsWith('PUT /applications')));
}

const health = (): Promise<Health> => channel.health(AbortSignal.timeout(5_000));

describe('by HTTP', () => {
  beforeEach(() => open(verifyKeyOf('current')));

  test('all is well where Discord calls this gate', async () => {
    fake.setEndpoint(ENDPOINT);

    expect(await health()).toMatchObject({ kind: 'healthy' });
  });

  test('an endpoint that is not set, or another’s, is said with the one to set', async () => {
    expect(await health()).toMatchObject({ kind: 'unhealthy', cure: expect.stringContaining(ENDPOINT) });
    fake.setEndpoint('https://elsewhere.example/discord/interactions');
    expect(await health()).toMatchObject({ kind: 'unhealthy', cure: expect.stringContaining(ENDPOINT) });
  });

  test('a token that Discord refuses, and a Discord that is not there, are told apart', async () => {
    await fake.behave({ kind: 'bad_credentials' });
    expect(await health()).toMatchObject({ cure: expect.stringContaining('DISCORD_BOT_TOKEN') });
    await fake.behave({ kind: 'refuse_connection' });
    expect(await health()).toMatchObject({ cure: expect.stringContaining('DISCORD_API_URL') });
  });

  test('a token of another application is said', async () => {
    fake.script('GET /applications/@me', { status: 200, body: { id: '1', verify_key: verifyKeyOf('current') } });

    expect(await health()).toMatchObject({ cure: expect.stringContaining('DISCORD_APPLICATION_ID') });
  });
});

test('a public key that is not the application’s is said', async () => {
  await open(verifyKeyOf('foreign'));

  expect(await health()).toMatchObject({ kind: 'unhealthy', cure: expect.stringContaining('DISCORD_PUBLIC_KEY') });
});

describe('by the gateway', () => {
  beforeEach(() => open(''));

  const connect = () => {
    if (channel.inbound?.kind !== 'connecting') throw new Error('it connects');
    return channel.inbound.connect({} as never, new AbortController().signal);
  };

  test('a process that holds no gateway is well, as one that does', async () => {
    expect(await health()).toMatchObject({ kind: 'healthy', detail: expect.stringContaining('no gateway') });
    await connect();
    expect(await health()).toMatchObject({ kind: 'healthy', detail: expect.stringContaining('is open') });
  });

  test('a gateway that was lost, and one that refuses the bot, are told apart', async () => {
    const connection = await connect();
    fake.gateway.drop();
    if (connection.kind === 'up') await connection.ended;
    expect(await health()).toMatchObject({ kind: 'unhealthy', detail: expect.stringContaining('lost') });

    fake.gateway.refuse();
    await connect();
    expect(await health()).toMatchObject({ kind: 'unhealthy', cure: expect.stringContaining('DISCORD_BOT_TOKEN') });
  });

  test('an interactions endpoint takes the taps away, and is said', async () => {
    fake.setEndpoint(ENDPOINT);

    expect(await health()).toMatchObject({ kind: 'unhealthy', cure: expect.stringContaining('Clear') });
  });
});

test('slash commands that Discord does not take are said', async () => {
  fake.script('PUT /applications', { status: 400, body: { code: 50035 } });
  await open('');

  expect(await health()).toMatchObject({ kind: 'unhealthy', detail: expect.stringContaining('slash commands') });
});
