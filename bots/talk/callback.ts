/** What a Talk server tells the bot, read strictly: a field that is not as the contract has it makes the whole malformed. */
import { boundedText, isFields, type Fields } from '../../src/base/text/fields.js';
import { parseJson } from '../../src/base/text/json.js';
import { isHandle, isWorkspace } from './address.js';
import { isRequestId, isToken } from '../../src/approval/ids.js';
import { parseLine } from '../../src/commands/parse-line.js';
import type { Command } from '../../src/contract/commands.js';
import type { DecisionInput } from '../../src/contract/desk.js';

export type TalkCallback = {
  readonly workspace: string;
  readonly user: string;
  /** Whether the server says that they signed in by two factors; absent: it says nothing of it. */
  readonly isWithASecond?: boolean;
} & (
  | { readonly kind: 'tap'; readonly decision: DecisionInput }
  | { readonly kind: 'command'; readonly command: Command }
  /** Talk that is not meant for the gate. */
  | { readonly kind: 'chatter' }
);

type Who = Pick<TalkCallback, 'workspace' | 'user' | 'isWithASecond'>;

const MAX_LINE_CHARACTERS = 2_000;
/** Cut to what an approver may say by the desk; more than this no card lets anybody type. */
const MAX_REASON_CHARACTERS = 2_000;
/** A year, as `sites.toml` bounds it. */
const MAX_TTL_SECONDS = 31_536_000;

/** Null: signed, and not as docs/talk-wire.md has it. */
export function readCallback(body: Uint8Array): TalkCallback | null {
  const said = object(body);
  if (said === null) return null;
  const { workspace, user, second_factor: second } = said;
  if (typeof workspace !== 'string' || !isWorkspace(workspace)) return null;
  if (typeof user !== 'string' || !isHandle(user)) return null;
  if (second !== undefined && typeof second !== 'boolean') return null;
  const who = { workspace, user, ...(second === undefined ? {} : { isWithASecond: second }) };
  if (said['type'] === 'action') return action(said, who);
  const line = said['type'] === 'text' ? boundedText(said['text'], MAX_LINE_CHARACTERS) : null;
  return line === null ? null : { ...who, ...commandIn(line.trim()) };
}

function action({ verb, data }: Fields, who: Who): TalkCallback | null {
  if (!isFields(data)) return null;
  switch (verb) {
    case 'approve':
      return approval(data, who);
    case 'deny':
      return refusal(data, who);
    case 'revoke':
      return revocation(data, who);
    default:
      return null;
  }
}

function approval({ token, ttl_seconds: ttl = null }: Fields, who: Who): TalkCallback | null {
  if (!isToken(token)) return null;
  const decision = { verdict: 'approve', ref: { by: 'token', token } } as const;
  if (ttl === null) return { kind: 'tap', ...who, decision };
  const isDuration = typeof ttl === 'number' && Number.isInteger(ttl) && ttl >= 1 && ttl <= MAX_TTL_SECONDS;
  return isDuration ? { kind: 'tap', ...who, decision: { ...decision, ttlSeconds: ttl } } : null;
}

/** `share` as an Adaptive Card's toggle has it: `"true"` or `"false"`. A blank reason is none, shared or not. */
function refusal({ token, reason = '', share = 'false' }: Fields, who: Who): TalkCallback | null {
  if (!isToken(token)) return null;
  if (typeof reason !== 'string' || reason.length > MAX_REASON_CHARACTERS) return null;
  if (share !== 'true' && share !== 'false') return null;
  const said = reason.trim();
  const denial = said === '' ? {} : { denial: { reason: said, isShared: share === 'true' } };
  return { kind: 'tap', ...who, decision: { verdict: 'deny', ref: { by: 'token', token }, ...denial } };
}

function revocation({ request }: Fields, who: Who): TalkCallback | null {
  return isRequestId(request)
    ? { kind: 'command', ...who, command: { verb: 'revoke', args: { what: request } } }
    : null;
}

/** `/gate …`, or `gate …`; and `help` alone, which is what people type first. */
function commandIn(
  line: string,
): { readonly kind: 'command'; readonly command: Command } | { readonly kind: 'chatter' } {
  const typed = /^\/?gate(?:\s+(.*))?$/is.exec(line);
  if (typed !== null) return { kind: 'command', command: parseLine((typed[1] ?? 'help').trim()) };
  if (/^(?:\/?help(?:\s.*)?|\?)$/is.test(line)) return { kind: 'command', command: parseLine(line) };
  return { kind: 'chatter' };
}

/** JSON in valid UTF-8 that is an object. */
function object(body: Uint8Array): Fields | null {
  const value = parseJson(body);
  return isFields(value) ? value : null;
}
