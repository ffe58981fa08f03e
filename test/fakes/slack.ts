/**
 * A Slack workspace for tests: a real server that enforces Slack's rules, and people with eyes and hands. Whatever a
 * person does goes out as Slack would send it, over HTTP or down the socket, and what the app answers is held to the rules.
 */
import type { Recipient } from '../../src/contract/notifier.js';
import type { Fake, SeenMessage } from '../contract/stage.js';
import { handsOf, readable, type Hands } from './slack-hands.js';
import { readMessage } from './slack-reader.js';
import { startSlackServer, type SlackServer } from './slack-server.js';
import {
  createState,
  RESPONSE_URL_LIVES_MS,
  RESPONSE_URL_USES,
  TRIGGER_LIVES_MS,
  type Message,
  type Person,
  type SlackState,
} from './slack-state.js';
import type { Deliver } from './slack-transport.js';

export interface FakeSlack extends Fake {
  readonly server: SlackServer;
  readonly state: SlackState;
  /** For `SLACK_API_URL`. */
  readonly apiUrl: string;
  /** Lets people in. One that is named without a workspace belongs to the bot's. */
  people(...people: readonly (Omit<Person, 'teamId'> & { readonly teamId?: string })[]): void;
  room(channel: string, ...members: readonly string[]): void;
  /** Everything that this person reads now, whatever was shown to them alone included. */
  reads(user: string): readonly SeenMessage[];
  /** What was said to this person alone, oldest first. */
  whispers(user: string): readonly string[];
  deleteMessages(): void;
  person(user: string, deliver: Deliver): Hands;
  responseUrl(user: string, message: { readonly channel: string; readonly ts: string } | null): string;
  trigger(user: string): string;
  close(): Promise<void>;
}

export async function startFakeSlack(teamId = 'T0GATE'): Promise<FakeSlack> {
  const state = createState(teamId);
  const server = await startSlackServer(state);
  const fake: FakeSlack = {
    server,
    state,
    apiUrl: server.apiUrl,
    behave: (behaviour) => server.behave(behaviour),
    calls: () => server.calls(),
    arrival: () => server.arrival(),
    sees: (recipient) => messagesIn(state, channelOf(state, recipient)).map(readMessage),
    people(...people) {
      for (const person of people) state.people.set(person.id, { teamId, ...person });
    },
    room: (channel, ...members) => void state.rooms.set(channel, new Set(members)),
    reads: (user) => readable(state, user).map(readMessage),
    whispers: (user) =>
      readable(state, user).flatMap((found) => (found.onlyFor === user ? [readMessage(found).text] : [])),
    deleteMessages: () => void state.messages.splice(0),
    person: (user, deliver) => handsOf({ fake, user, deliver }),
    responseUrl(user, message) {
      const url = `${server.apiUrl.replace('/api/', '')}/response/${state.nextId('r')}`;
      state.responseUrls.set(url, {
        user,
        channel: message?.channel ?? state.directChannels.get(user) ?? '',
        messageTs: message?.ts ?? null,
        untilMs: Date.now() + RESPONSE_URL_LIVES_MS,
        usesLeft: RESPONSE_URL_USES,
      });
      return url;
    },
    trigger(user) {
      const id = state.nextId('trigger.');
      state.triggers.set(id, { user, untilMs: Date.now() + TRIGGER_LIVES_MS, isSpent: false });
      return id;
    },
    close: () => server.close(),
  };
  return fake;
}

function messagesIn(state: SlackState, channel: string): readonly Message[] {
  return state.messages.filter((message) => message.channel === channel && message.onlyFor === null);
}

function channelOf(state: SlackState, recipient: Recipient): string {
  if (recipient.kind === 'room') return recipient.address;
  const address = 'address' in recipient ? recipient.address : '';
  return state.directChannels.get(address.slice(address.lastIndexOf(':') + 1)) ?? '';
}
