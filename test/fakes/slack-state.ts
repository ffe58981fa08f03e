/** What a Slack workspace holds: people, conversations, messages, forms, triggers. The truth that every hand and eye shares. */
import type { Readable } from './slack-reader.js';

export interface Person {
  readonly id: string;
  readonly teamId: string;
  readonly isGuest?: boolean;
  readonly isDeactivated?: boolean;
}

export interface Message extends Readable {
  readonly ts: string;
  readonly channel: string;
  /** Posted by this bot; Slack lets nobody else edit it. */
  readonly botId: string;
  readonly metadata: unknown;
  /** Set: shown to this person alone, and to nobody after a reload. */
  readonly onlyFor: string | null;
}

interface OpenForm {
  readonly user: string;
  readonly view: Readonly<Record<string, unknown>>;
  /** Block id -> what is wrong with it, as the person reads it. */
  readonly errors: Readonly<Record<string, string>>;
}

export interface SlackState {
  readonly teamId: string;
  readonly botId: string;
  readonly people: Map<string, Person>;
  /** User -> its conversation with the bot. */
  readonly directChannels: Map<string, string>;
  /** Channel -> its members. */
  readonly rooms: Map<string, Set<string>>;
  readonly messages: Message[];
  readonly forms: Map<string, OpenForm>;
  readonly homes: Map<string, Readonly<Record<string, unknown>>>;
  readonly triggers: Map<string, { readonly user: string; readonly untilMs: number; isSpent: boolean }>;
  readonly responseUrls: Map<string, ResponseUrl>;
  /** Unique, and rising. */
  nextTs(): string;
  nextId(prefix: string): string;
}

interface ResponseUrl {
  readonly user: string;
  readonly channel: string;
  readonly messageTs: string | null;
  readonly untilMs: number;
  usesLeft: number;
}

/** docs.slack.dev/interactivity/handling-user-interaction */
export const TRIGGER_LIVES_MS = 3_000;
export const RESPONSE_URL_LIVES_MS = 30 * 60_000;
export const RESPONSE_URL_USES = 5;

export function createState(teamId: string): SlackState {
  let count = 0;
  return {
    teamId,
    botId: 'B0GATE',
    people: new Map(),
    directChannels: new Map(),
    rooms: new Map(),
    messages: [],
    forms: new Map(),
    homes: new Map(),
    triggers: new Map(),
    responseUrls: new Map(),
    nextTs: () => `${String(Math.floor(Date.now() / 1_000))}.${String((count += 1)).padStart(6, '0')}`,
    nextId: (prefix) => `${prefix}${String((count += 1)).padStart(8, '0')}${Math.random().toString(36).slice(2, 10)}`,
  };
}

export function spendTrigger(state: SlackState, id: string): string | { readonly user: string } {
  const trigger = state.triggers.get(id);
  if (trigger === undefined) return 'invalid_trigger_id';
  if (trigger.isSpent) return 'exchanged_trigger_id';
  if (trigger.untilMs < Date.now()) return 'expired_trigger_id';
  trigger.isSpent = true;
  return { user: trigger.user };
}

/** Who reads a channel. */
export function readersOf(state: SlackState, channel: string): readonly string[] {
  const room = state.rooms.get(channel);
  if (room !== undefined) return [...room];
  return [...state.directChannels].flatMap(([user, direct]) => (direct === channel ? [user] : []));
}
