/** The whole way round: a desk with its ledger and courier, the slack channel, and a workspace of people, by either way in. */
import express from 'express';
import type { Token } from '../../src/approval/brand.js';
import type { RequestRecord } from '../../src/approval/request.js';
import { policyOfRequest, type ChannelPolicy } from '../../src/approval/site.js';
import { systemClock } from '../../src/base/clock.js';
import { createCommands } from '../../src/commands/commands.js';
import type { OpenChannel } from '../../src/contract/channel.js';
import type { Desk } from '../../src/contract/desk.js';
import type { InboundDoors } from '../../src/contract/inbound.js';
import { guarded } from '../contract/guarded.js';
import { channelSeams } from '../contract/notifier/scene.js';
import { openSlackAt, SIGNING_SECRETS, type Way } from '../contract/stages/slack.js';
import { ask, openHouse, WORKSPACE, type House } from '../delivery/house.js';
import { scriptedChannel } from '../delivery/scripted-channel.js';
import type { Hands } from '../fakes/slack-hands.js';
import { overHttp, overSocket, type Deliver } from '../fakes/slack-transport.js';
import { startFakeSlack, type FakeSlack } from '../fakes/slack.js';
import { serveOnLoopback } from '../fakes/talk.js';

/** The house's approver on Slack. */
export const RPM = 'slack-rpm';
export { WORKSPACE };

export interface SlackScene {
  readonly slack: FakeSlack;
  readonly house: House;
  readonly desk: Desk;
  readonly channel: OpenChannel;
  /** Where Slack calls; empty over the socket. */
  readonly url: string;
  readonly deliver: Deliver;
  readonly rpm: Hands;
  /** Opens a request, and waits for its card before the approver. */
  ask(): Promise<{ readonly request: RequestRecord; readonly token: Token }>;
  /** Waits for what the approver's newest card says. */
  cardSays(words: string): Promise<void>;
  requestOf(request: RequestRecord): Promise<RequestRecord>;
  logged(): string;
  close(): Promise<void>;
}

export interface SceneWish {
  readonly way?: Way;
  /** Stands between the channel and the desk. */
  readonly over?: (doors: InboundDoors) => InboundDoors;
  readonly policy?: Partial<ChannelPolicy>;
}

export async function openSlackScene({
  way = 'http',
  over = (doors) => doors,
  policy,
}: SceneWish = {}): Promise<SlackScene> {
  const lines: string[] = [];
  const seams = channelSeams((line) => lines.push(line));
  const slack = await startFakeSlack(WORKSPACE);
  slack.people({ id: RPM });
  const channel = await openSlackAt(slack.apiUrl, seams, way);
  const house = await openHouse();
  const { notifier, slots } = channel;
  const courier = house.courier({ slack: { ...scriptedChannel(), carrier: { notifier, slots } } });
  const desk = house.desk(courier);
  const { directory } = house;
  const doors = over({
    desk,
    commands: createCommands({ desk, directory: () => directory, clock: systemClock() }),
    policyOf: (request, name) => ({ ...policyOfRequest(directory, request, name), ...policy }),
  });
  const entrance = await enter({ channel, doors, slack, seams });
  const sees = (): string => slack.reads(RPM).at(-1)?.text ?? '';
  return {
    slack,
    house,
    desk,
    channel,
    url: entrance.url,
    deliver: entrance.deliver,
    rpm: slack.person(RPM, entrance.deliver),
    async ask() {
      const count = slack.reads(RPM).length;
      const asked = await ask(desk, { channels: ['slack'] });
      await until('the card is there', () => slack.reads(RPM).length > count);
      return asked;
    },
    cardSays: (words) =>
      until(`the card says ${words}`, () => slack.reads(RPM).some(({ text }) => text.includes(words)), sees),
    requestOf: async ({ id }) => (await house.ledger.requests.byId(id)) ?? never(),
    logged: () => lines.join('\n'),
    async close() {
      await entrance.close();
      await channel.stop();
      await house.close();
      await slack.close();
      if (slack.server.faults.length > 0) throw new Error(`Slack would not take it: ${slack.server.faults.join('; ')}`);
    },
  };
}

interface Entrance {
  readonly url: string;
  readonly deliver: Deliver;
  close(): Promise<void>;
}

async function enter(parts: {
  readonly channel: OpenChannel;
  readonly doors: InboundDoors;
  readonly slack: FakeSlack;
  readonly seams: ReturnType<typeof channelSeams>;
}): Promise<Entrance> {
  const { channel, doors, slack, seams } = parts;
  if (channel.inbound?.kind === 'called') {
    const app = express().use(channel.inbound.path, guarded(channel.inbound, doors, seams));
    const server = await serveOnLoopback(app as Parameters<typeof serveOnLoopback>[0]);
    const url = `http://127.0.0.1:${String(server.port)}${channel.inbound.path}`;
    return { url, deliver: overHttp(url, SIGNING_SECRETS[0]), close: () => server.close() };
  }
  const stopping = new AbortController();
  const connection = await channel.inbound?.connect(doors, stopping.signal);
  if (connection?.kind !== 'up') throw new Error('not connected');
  const deliver = overSocket(slack.server, () => slack.state.nextId('envelope.'));
  return { url: '', deliver, close: () => connection.close() };
}

const PATIENCE_MS = 8_000;
const LOOK_EVERY_MS = 5;

/** Waits for what the courier does on its own time. */
export async function until(what: string, look: () => boolean, seen: () => string = () => ''): Promise<void> {
  const endMs = performance.now() + PATIENCE_MS;
  while (!look()) {
    if (performance.now() > endMs) throw new Error(`waited in vain: ${what}; ${seen()}`);
    await new Promise((resume) => setTimeout(resume, LOOK_EVERY_MS));
  }
}

function never(): never {
  throw new Error('there is such a request');
}
