/** A fake Discord, the channel before it by one of its two ways in, and a real desk behind. */
import express from 'express';
import type { ChannelName } from '../../src/approval/brand.js';
import { systemClock } from '../../src/base/clock.js';
import { createCommands } from '../../src/commands/commands.js';
import type { OpenChannel } from '../../src/contract/channel.js';
import type { Desk } from '../../src/contract/desk.js';
import type { InboundDoors } from '../../src/contract/inbound.js';
import { guarded } from '../contract/guarded.js';
import { openDiscordAt } from '../contract/stages/discord.js';
import { APPROVER as RPM, openHouse, type House } from '../delivery/house.js';
import { startFakeDiscord, type FakeDiscord, type WayIn } from '../fakes/discord.js';
import { verifyKeyOf } from '../fakes/discord-keys.js';
import { serveOnLoopback } from '../fakes/talk.js';
import { discordSeams } from './discord-scene.js';

/** The house's approver, as Discord knows them. */
export const APPROVER = '80351110224678912';

export interface DialogueScene {
  readonly house: House;
  readonly fake: FakeDiscord;
  readonly doors: { -readonly [Name in keyof InboundDoors]: InboundDoors[Name] };
  readonly wayIn: WayIn;
  readonly channel: OpenChannel;
  readonly desk: Desk;
  close(): Promise<void>;
}

const OPENED = {
  async http(fake: FakeDiscord, doors: InboundDoors) {
    const seams = discordSeams();
    const channel = await openDiscordAt(fake.apiUrl, seams, { publicKey: verifyKeyOf('current') });
    if (channel.inbound?.kind !== 'called') throw new Error('it is called');
    const app = express().use(channel.inbound.path, guarded(channel.inbound, doors, seams));
    const server = await serveOnLoopback(app as Parameters<typeof serveOnLoopback>[0]);
    const url = `http://127.0.0.1:${String(server.port)}${channel.inbound.path}`;
    return { channel, wayIn: { kind: 'http', url } as const, close: () => server.close() };
  },
  async gateway(fake: FakeDiscord, doors: InboundDoors) {
    const channel = await openDiscordAt(fake.apiUrl, discordSeams(), { publicKey: '' });
    if (channel.inbound?.kind !== 'connecting') throw new Error('it connects');
    const connection = await channel.inbound.connect(doors, new AbortController().signal);
    if (connection.kind !== 'up') throw new Error(connection.reason);
    return { channel, wayIn: { kind: 'gateway' } as const, close: () => connection.close() };
  },
};

export async function openDialogue(way: keyof typeof OPENED): Promise<DialogueScene> {
  const house = await openHouse();
  const addresses = house.directory.approvers.get(RPM)?.addresses as Map<ChannelName, string>;
  // Discord opens direct messages with a snowflake alone.
  addresses.set('discord' as ChannelName, APPROVER);
  const fake = await startFakeDiscord();
  const desk = house.desk(null);
  const commands = createCommands({ desk, directory: () => house.directory, clock: systemClock() });
  const doors = { desk, commands };
  const opened = await OPENED[way](fake, doors);
  return {
    house,
    fake,
    doors,
    desk,
    ...opened,
    async close() {
      await opened.close();
      await opened.channel.stop();
      await fake.close();
      await house.close();
    },
  };
}
