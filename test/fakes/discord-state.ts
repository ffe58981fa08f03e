/** What the fake Discord knows: channels, messages as they stand, interactions and how they were answered. */
import { answerProblem, replacementProblem } from './discord-rules.js';

export type Json = Readonly<Record<string, unknown>>;

export interface StoredMessage {
  readonly id: string;
  readonly channel: string;
  readonly nonce: string | null;
  body: Json;
  isDeleted: boolean;
  edits: number;
}

interface StoredInteraction {
  readonly raw: Json;
  readonly atMs: number;
  /** The first answer that was taken. */
  answer: Json | null;
  /** Told when another answer took its place. */
  readonly replaced: Promise<Json>;
  readonly replaceBy: (body: Json) => void;
}

/** Discord's refusals, as its API words them. */
export interface Refusal {
  readonly status: number;
  readonly code: number;
  readonly message: string;
}

export const REFUSALS = {
  invalidForm: { status: 400, code: 50035, message: 'Invalid Form Body' },
  unknownChannel: { status: 404, code: 10003, message: 'Unknown Channel' },
  unknownMessage: { status: 404, code: 10008, message: 'Unknown Message' },
  invalidRecipient: { status: 400, code: 50033, message: 'Invalid Recipient(s)' },
  takesNoMessages: { status: 403, code: 50007, message: 'Cannot send messages to this user' },
  unknownInteraction: { status: 404, code: 10062, message: 'Unknown interaction' },
  unknownWebhook: { status: 404, code: 10015, message: 'Unknown Webhook' },
  answered: { status: 400, code: 40060, message: 'Interaction has already been acknowledged.' },
} as const satisfies Record<string, Refusal>;

/** Discord keeps a nonce for “the past few minutes”. */
const NONCE_KEPT_MS = 180_000;
const FIRST_ANSWER_WITHIN_MS = 3_000;
const TOKEN_LASTS_MS = 900_000;

export interface DiscordState {
  readonly botId: string;
  /** Opens, or finds, a user's direct messages with the bot. */
  directChannel(user: string): string;
  post(channel: string, body: Json): StoredMessage | Refusal;
  edit(channel: string, id: string, body: Json): StoredMessage | Refusal;
  messages(channel: string): readonly StoredMessage[];
  /** In every channel, oldest first. */
  everyMessage(): readonly StoredMessage[];
  deleteAll(): void;
  /** Makes it so that every nonce has been forgotten. */
  forgetNonces(): void;
  interaction(raw: Json): StoredInteraction;
  answer(id: string, token: string, body: Json): Refusal | null;
  /** In place of the first answer; for 15 minutes, by the interaction's token alone. */
  replace(token: string, body: Json): Refusal | null;
  commands: Json[];
  newId(): string;
}

export function discordState(botId: string): DiscordState {
  let last = 1_300_000_000_000_000_000n;
  const direct = new Map<string, string>();
  const rooms = new Set<string>();
  const messages: StoredMessage[] = [];
  /** By channel: a soak looks again and again for a card among very many. */
  const within = new Map<string, StoredMessage[]>();
  const nonces = new Map<string, { message: StoredMessage; atMs: number }>();
  const interactions = new Map<string, StoredInteraction>();
  const byToken: typeof interactions = new Map();

  const newId = (): string => String((last += 1n));
  return {
    botId,
    commands: [],
    newId,
    directChannel(user) {
      const known = direct.get(user) ?? newId();
      direct.set(user, known);
      rooms.add(known);
      return known;
    },
    post(channel, body) {
      // A room of a server exists by its name; `0` is a channel that no one knows.
      if (/^0+$/.test(channel)) return REFUSALS.unknownChannel;
      const nonce = body['enforce_nonce'] === true ? String(body['nonce']) : null;
      const known = nonce === null ? undefined : nonces.get(`${channel} ${nonce}`);
      if (known !== undefined && Date.now() - known.atMs < NONCE_KEPT_MS) return known.message;
      const message: StoredMessage = { id: newId(), channel, nonce, body, isDeleted: false, edits: 0 };
      messages.push(message);
      const room = within.get(channel) ?? [];
      room.push(message);
      within.set(channel, room);
      if (nonce !== null) nonces.set(`${channel} ${nonce}`, { message, atMs: Date.now() });
      return message;
    },
    edit(channel, id, body) {
      const message = within.get(channel)?.find((one) => one.id === id && !one.isDeleted);
      if (message === undefined) return REFUSALS.unknownMessage;
      message.body = { ...message.body, ...body };
      message.edits += 1;
      return message;
    },
    messages: (channel) => (within.get(channel) ?? []).filter(({ isDeleted }) => !isDeleted),
    everyMessage: () => messages.filter(({ isDeleted }) => !isDeleted),
    deleteAll() {
      for (const message of messages) message.isDeleted = true;
    },
    forgetNonces: () => nonces.clear(),
    interaction(raw) {
      const id = String(raw['id']);
      const known = interactions.get(id) ?? newInteraction(raw);
      interactions.set(id, known);
      byToken.set(String(raw['token']), known);
      return known;
    },
    answer(id, token, body) {
      const interaction = interactions.get(id);
      if (interaction?.raw['token'] !== token) return REFUSALS.unknownInteraction;
      if (interaction.answer !== null) return REFUSALS.answered;
      if (Date.now() - interaction.atMs > FIRST_ANSWER_WITHIN_MS) return REFUSALS.unknownInteraction;
      if (answerProblem(body, interaction.raw['type']) !== null) return REFUSALS.invalidForm;
      interaction.answer = body;
      return null;
    },
    replace(token, body) {
      const interaction = byToken.get(token);
      if (interaction === undefined || Date.now() - interaction.atMs > TOKEN_LASTS_MS) return REFUSALS.unknownWebhook;
      if (interaction.answer === null) return REFUSALS.unknownMessage;
      if (replacementProblem(body) !== null) return REFUSALS.invalidForm;
      interaction.replaceBy(body);
      return null;
    },
  };
}

function newInteraction(raw: Json): StoredInteraction {
  let replaceBy: (body: Json) => void = () => undefined;
  const replaced = new Promise<Json>((resolve) => (replaceBy = resolve));
  return { raw, atMs: Date.now(), answer: null, replaced, replaceBy };
}

/** As the API shows a message to the bot that wrote it. */
export function shownMessage(message: StoredMessage, state: DiscordState): Json {
  const { content, embeds, components, flags } = message.body;
  return {
    id: message.id,
    channel_id: message.channel,
    author: { id: state.botId, username: 'gate', bot: true },
    content: content ?? '',
    embeds: embeds ?? [],
    components: components ?? [],
    flags: flags ?? 0,
    type: 0,
    nonce: message.nonce,
  };
}

export function isRefusal(value: StoredMessage | Refusal): value is Refusal {
  return 'status' in value;
}
