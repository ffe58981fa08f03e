/** What a button, a menu or a form of ours carries: what a tap on it asks for, and of which request. */
import type { RequestId, Token } from '../src/approval/brand.js';

export type CardInput = { [Verb in TokenVerb]: TokenInput<Verb> }[TokenVerb] | RevokeInput;

/** `for`: the menu's value says how long. `deny` opens the form; `deny_because` is the form sent in. */
type TokenVerb = 'approve' | 'for' | 'deny' | 'deny_because';

interface TokenInput<Verb extends TokenVerb> {
  readonly verb: Verb;
  readonly token: Token;
}

/** A decided request has no token any more. */
interface RevokeInput {
  readonly verb: 'revoke';
  readonly requestId: RequestId;
}

const OF_A_TOKEN = /^gate:(approve|for|deny|deny_because):([0-9a-f]{32})$/;
const OF_A_REQUEST = /^gate:revoke:([0-9a-z]{20})$/;

/** `gate:approve:<token>`; far below Discord's 100 characters. */
export function customId(input: CardInput): string {
  return input.verb === 'revoke' ? `gate:revoke:${input.requestId}` : `gate:${input.verb}:${input.token}`;
}

/** Null: not one of ours, or of another version of us. */
export function readCustomId(text: string): CardInput | null {
  const [, requestId] = OF_A_REQUEST.exec(text) ?? [];
  if (requestId !== undefined) return { verb: 'revoke', requestId: requestId as RequestId };
  const [, verb, token] = OF_A_TOKEN.exec(text) ?? [];
  if (verb === undefined || token === undefined) return null;
  return { verb: verb as TokenVerb, token: token as Token };
}
