/** The Discord channel before a fake Discord: its API, its signed interactions, and its gateway. */
import express from 'express';
import { customId } from '../../../cards/discord-custom-id.js';
import { denyModal } from '../../../cards/discord-modal.js';
import { discordEntry } from '../../../bots/discord/entry.js';
import type { ApproverId, Token } from '../../../src/approval/brand.js';
import type { ChannelDeps, OpenChannel } from '../../../src/contract/channel.js';
import { startFakeDiscord, type FakeDiscord } from '../../fakes/discord.js';
import { BOT_ID, BOT_TOKEN, signedCall, verifyKeyOf } from '../../fakes/discord-keys.js';
import { interaction, shown, submission } from '../../fakes/discord-people.js';
import type { Json } from '../../fakes/discord-state.js';
import { serveOnLoopback } from '../../fakes/talk.js';
import { guarded } from '../guarded.js';
import type { ConnectingStage, InboundStage, PlatformTap, SocketPlatform, Stage } from '../stage.js';

const PUBLIC_KEYS = [verifyKeyOf('current'), verifyKeyOf('next')].join(',');
const SECRETS = [BOT_TOKEN];

/** `publicKey` chooses how taps come in. */
export async function openDiscordAt(
  apiUrl: string,
  deps: ChannelDeps,
  input: { readonly publicKey: string },
): Promise<OpenChannel> {
  const environment = {
    DISCORD_API_URL: apiUrl,
    DISCORD_BOT_TOKEN: BOT_TOKEN,
    DISCORD_APPLICATION_ID: BOT_ID,
    DISCORD_PUBLIC_KEY: input.publicKey,
  };
  const { config, problems } = discordEntry.configure(environment, { isUsed: true });
  if (config === null) throw new Error(`the stage is configured: ${JSON.stringify(problems)}`);
  const { open } = await discordEntry.load();
  return open(config, deps);
}

/** An approval is a tap on the button; a denial is the form, sent in without a reason. */
export function interactionOf({ id, verdict, token, workspace, subject }: PlatformTap): Json {
  const rest = { id };
  const who = { workspace, subject };
  const named = token as Token;
  if (verdict === 'deny') return interaction(5, submission(denyModal(named) as unknown as Json, {}), { who, rest });
  const data = { component_type: 2, custom_id: customId({ verb: 'approve', token: named }) };
  return interaction(3, data, { who, rest });
}

const inbound: InboundStage = {
  async open(deps, handlers) {
    const fake = await startFakeDiscord();
    const channel = await openDiscordAt(fake.apiUrl, deps, { publicKey: PUBLIC_KEYS });
    if (channel.inbound?.kind !== 'called') throw new Error('with a public key, Discord calls');
    const app = express().use(channel.inbound.path, guarded(channel.inbound, handlers, deps));
    const server = await serveOnLoopback(app as Parameters<typeof serveOnLoopback>[0]);
    return {
      url: `http://127.0.0.1:${String(server.port)}${channel.inbound.path}`,
      tapBody: (tap) => Buffer.from(JSON.stringify(interactionOf(tap))),
      signed: ({ body, atMs, key }) => Object.entries(signedCall({ body, atMs, key }).headers),
      authHeaders: ['x-signature-ed25519', 'x-signature-timestamp'],
      isPrivate: ({ body }) => {
        const { type, data } = JSON.parse(body) as { type: number; data: { flags: number } };
        return type === 4 && (data.flags & 64) !== 0;
      },
      oneWorkspace: BOT_ID,
      secrets: SECRETS,
      async close() {
        await server.close();
        await channel.stop();
        await fake.close();
      },
    };
  },
};

const connecting: ConnectingStage = {
  async open(deps) {
    const fake = await startFakeDiscord();
    const channel = await openDiscordAt(fake.apiUrl, deps, { publicKey: '' });
    if (channel.inbound?.kind !== 'connecting') throw new Error('without a public key, it connects');
    return {
      inbound: channel.inbound,
      platform: platformOf(fake),
      secrets: SECRETS,
      async close() {
        await channel.stop();
        await fake.close();
      },
    };
  },
};

function platformOf(fake: FakeDiscord): SocketPlatform {
  return {
    oneWorkspace: BOT_ID,
    async tap(tap) {
      const { body } = await fake.interact(interactionOf(tap), { kind: 'gateway' });
      const said = shown({ body, refusal: null });
      return said.kind === 'message' ? said : { text: '', isPrivate: false };
    },
    babble() {
      const genuine = interaction(3, {}, { who: { workspace: '', subject: 'stranger' } });
      for (const event of [null, 7, [], {}, { id: '1', type: 3 }, genuine, { ...genuine, type: 99, data: null }]) {
        fake.gateway.dispatch('INTERACTION_CREATE', event);
      }
      for (const type of ['MESSAGE_CREATE', 'GUILD_CREATE', 'INTERACTION_UPDATE', 'constructor']) {
        fake.gateway.dispatch(type, null);
      }
      fake.gateway.send({ op: 99 });
      return Promise.resolve();
    },
    refuseAnswers: () => fake.refuseAnswers(),
    refuseCredentials: () => fake.gateway.refuse(),
    drop: () => fake.gateway.drop(),
    sockets: () => fake.gateway.sockets(),
  };
}

const discord: Stage = {
  name: 'discord',
  tells: 'question',
  lacks: {
    hang_before_body: 'plain HTTP has no greeting: head and body of a card leave in one go',
    revisions: 'Discord knows no revisions of a message: the ledger has one claim a card',
  },
  async open(deps, at) {
    const fake = await startFakeDiscord();
    const apiUrl = at === 'fake' ? fake.apiUrl : 'https://discord.invalid/api';
    const channel = await openDiscordAt(apiUrl, deps, { publicKey: PUBLIC_KEYS });
    return {
      channel,
      fake,
      recipient: (number) => ({
        kind: 'approver',
        approver: `approver${String(number)}@example.org` as ApproverId,
        address: String(200_000_000_000_000_000n + BigInt(number)),
      }),
      secrets: SECRETS,
      async close() {
        await channel.stop();
        await fake.close();
      },
    };
  },
  inbound,
  connecting,
};

export const discordStages = [discord] as const;
