/** What a Talk server tells the bot, read strictly: a field that is not as the contract has it makes the whole malformed. */
import { isFields, type Fields } from '../../src/base/fields.js';
import { parseJson } from '../../src/base/json.js';
import { isHandle, isWorkspace } from './address.js';
import type { RequestId, Token } from '../../src/approval/brand.js';
import { isRequestId, isToken } from '../../src/approval/ids.js';
import type { Denial } from '../../src/approval/request.js';

export type TalkCallback = { readonly workspace: string; readonly user: string } & (
  | { readonly kind: 'approve'; readonly token: Token; readonly ttlSeconds: number | null }
  | { readonly kind: 'deny'; readonly token: Token; readonly denial: Denial | null }
  | { readonly kind: 'revoke'; readonly request: RequestId }
  | { readonly kind: 'text'; readonly text: string }
);

type Who = Pick<TalkCallback, 'workspace' | 'user'>;

const MAX_LINE_CHARACTERS = 2_000;
/** Cut to what an approver may say by the desk; more than this no card lets anybody type. */
const MAX_REASON_CHARACTERS = 2_000;
/** A year, as `sites.toml` bounds it. */
const MAX_TTL_SECONDS = 31_536_000;

/** Null: signed, and not as docs/talk-wire.md has it. */
export function readCallback(body: Uint8Array): TalkCallback | null {
  const said = object(body);
  if (said === null) return null;
  const { workspace, user } = said;
  if (typeof workspace !== 'string' || !isWorkspace(workspace)) return null;
  if (typeof user !== 'string' || !isHandle(user)) return null;
  if (said['type'] === 'action') return action(said, { workspace, user });
  const line = said['type'] === 'text' ? text(said['text'], MAX_LINE_CHARACTERS) : null;
  return line === null ? null : { kind: 'text', workspace, user, text: line };
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
  if (ttl === null) return { kind: 'approve', ...who, token, ttlSeconds: null };
  const isDuration = typeof ttl === 'number' && Number.isInteger(ttl) && ttl >= 1 && ttl <= MAX_TTL_SECONDS;
  return isDuration ? { kind: 'approve', ...who, token, ttlSeconds: ttl } : null;
}

/** `share` as an Adaptive Card's toggle has it: `"true"` or `"false"`. A blank reason is none, shared or not. */
function refusal({ token, reason = '', share = 'false' }: Fields, who: Who): TalkCallback | null {
  if (!isToken(token)) return null;
  if (typeof reason !== 'string' || reason.length > MAX_REASON_CHARACTERS) return null;
  if (share !== 'true' && share !== 'false') return null;
  const said = reason.trim();
  return { kind: 'deny', ...who, token, denial: said === '' ? null : { reason: said, isShared: share === 'true' } };
}

function revocation({ request }: Fields, who: Who): TalkCallback | null {
  return isRequestId(request) ? { kind: 'revoke', ...who, request } : null;
}

function text(value: unknown, maxCharacters: number): string | null {
  return typeof value === 'string' && value !== '' && value.length <= maxCharacters ? value : null;
}

/** JSON in valid UTF-8 that is an object. */
function object(body: Uint8Array): Fields | null {
  const value = parseJson(body);
  return isFields(value) ? value : null;
}
