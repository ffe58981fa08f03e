/**
 * What Discord tells of an interaction, read strictly: the same object comes as the body of a call and as a gateway event
 * (API v10, “Receiving and Responding”). What it asks for is one of ours, `foreign`, or the whole is malformed: null.
 */
import { readCustomId } from '../../cards/discord-custom-id.js';
import { DENY_FORM } from '../../cards/discord-modal.js';
import type { Token } from '../../src/approval/brand.js';
import type { ChatUser } from '../../src/approval/request.js';
import { never } from '../../src/base/process/never.js';
import { fieldsOf } from '../../src/base/text/fields.js';
import { parseJson } from '../../src/base/text/json.js';
import type { Command } from '../../src/contract/commands.js';
import type { DecisionInput } from '../../src/contract/desk.js';
import { isId } from './classify.js';
import { commandOf, focusOf, type Focus } from './commands/command-options.js';

export interface Interaction {
  /** The interaction's id, the same over redeliveries. */
  readonly tapId: string;
  /** Needed to answer over the API; never kept or logged. Null for a ping, which is answered otherwise. */
  readonly token: string | null;
  readonly actor: ChatUser | null;
  readonly input: Input;
}

type Input =
  | { readonly kind: 'ping' }
  | { readonly kind: 'tap'; readonly decision: DecisionInput }
  /** A tap on Deny: what it is about is asked in a form, whose submission is the tap that counts. */
  | { readonly kind: 'ask_why'; readonly token: Token }
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'complete'; readonly focus: Focus }
  /** Well-formed, and from a button or form that this version does not know. */
  | { readonly kind: 'foreign' };

/** Discord, “Interaction Type”. */
const TYPE = { ping: 1, command: 2, component: 3, autocomplete: 4, modal: 5 } as const;
const MAX_TOKEN_CHARACTERS = 1_024;
/** A subject may hold what an address of `sites.toml` may. */
const SUBJECT = /^[\w.-]{1,64}$/;
const SECONDS = /^[1-9]\d{0,8}$/;

export function readInteraction(body: unknown, applicationId: string): Interaction | null {
  const said = fieldsOf(body);
  const { id, token, type } = said;
  if (!isId(id)) return null;
  if (type === TYPE.ping) return { tapId: id, token: null, actor: null, input: { kind: 'ping' } };
  if (typeof token !== 'string' || token === '' || token.length > MAX_TOKEN_CHARACTERS) return null;
  const actor = actorOf(said, applicationId);
  const input = inputOf(type, fieldsOf(said['data']));
  return actor === null || input === null ? null : { tapId: id, token, actor, input };
}

/** The same from bytes: JSON in valid UTF-8. */
export function parseInteraction(bytes: Uint8Array, applicationId: string): Interaction | null {
  return readInteraction(parseJson(bytes), applicationId);
}

/**
 * In a guild the user stands in its member; in direct messages alone. Nothing but the id says who it is, and an id is the
 * same person in every guild and in direct messages: so the workspace is the application that Discord proves it to, and
 * what is bound in one place counts in all.
 */
function actorOf(said: Readonly<Record<string, unknown>>, applicationId: string): ChatUser | null {
  const guild = said['guild_id'] ?? null;
  if (guild !== null && !isId(guild)) return null;
  const user = guild === null ? said['user'] : fieldsOf(said['member'])['user'];
  const subject = fieldsOf(user)['id'];
  if (typeof subject !== 'string' || !SUBJECT.test(subject)) return null;
  return { kind: 'chat', channel: 'discord', workspace: applicationId, subject };
}

function inputOf(type: unknown, data: Readonly<Record<string, unknown>>): Input | null {
  switch (type) {
    case TYPE.command: {
      const command = commandOf(data);
      return command === null ? null : { kind: 'command', command };
    }
    case TYPE.autocomplete: {
      const focus = focusOf(data);
      return focus === null ? null : { kind: 'complete', focus };
    }
    case TYPE.component:
      return componentInput(data);
    case TYPE.modal:
      return modalInput(data);
    default:
      return null;
  }
}

function componentInput(data: Readonly<Record<string, unknown>>): Input | null {
  const { custom_id: id } = data;
  if (typeof id !== 'string') return null;
  const card = readCustomId(id);
  if (card === null || card.verb === 'deny_because') return { kind: 'foreign' };
  switch (card.verb) {
    case 'approve':
      return tapOn(card.token, { verdict: 'approve' });
    case 'for': {
      const [picked] = Array.isArray(data['values']) ? (data['values'] as readonly unknown[]) : [];
      if (typeof picked !== 'string' || !SECONDS.test(picked)) return null;
      return tapOn(card.token, { verdict: 'approve', ttlSeconds: Number(picked) });
    }
    case 'deny':
      return { kind: 'ask_why', token: card.token };
    // The same words as the command's.
    case 'revoke':
      return { kind: 'command', command: { verb: 'revoke', args: { what: card.requestId } } };
    default:
      return never(card);
  }
}

function tapOn(token: Token, decision: Omit<DecisionInput, 'ref'>): Input {
  return { kind: 'tap', decision: { ref: { by: 'token', token }, ...decision } };
}

function modalInput(data: Readonly<Record<string, unknown>>): Input | null {
  const { custom_id: id, components } = data;
  if (typeof id !== 'string') return null;
  const card = readCustomId(id);
  if (card?.verb !== 'deny_because') return { kind: 'foreign' };
  const fields = valuesOf(components);
  const reason = fields.get(DENY_FORM.reason)?.[0]?.trim() ?? '';
  const isShared = fields.get(DENY_FORM.readers)?.[0] === DENY_FORM.shared;
  return tapOn(card.token, { verdict: 'deny', ...(reason === '' ? {} : { denial: { reason, isShared } }) });
}

/** What was put into a form: each label holds one component, with a value or with values. */
function valuesOf(labels: unknown): ReadonlyMap<string, readonly string[]> {
  const components = Array.isArray(labels) ? labels.map((label) => fieldsOf(fieldsOf(label)['component'])) : [];
  return new Map(
    components.flatMap(({ custom_id: id, value, values }) => {
      const given: readonly unknown[] = Array.isArray(values) ? values : [value];
      return typeof id === 'string' ? [[id, given.filter((one) => typeof one === 'string')] as const] : [];
    }),
  );
}
