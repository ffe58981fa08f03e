/** What a Talk server tells the bot, read strictly: a field that is not as the contract has it makes the whole malformed. */
import type { Token } from '../../src/approval/brand.js';

export type TalkCallback = { readonly workspace: string; readonly user: string } & (
  | { readonly kind: 'action'; readonly verdict: 'approve' | 'deny'; readonly token: Token }
  | { readonly kind: 'text'; readonly text: string }
);

const MAX_NAME_CHARACTERS = 256;
const MAX_LINE_CHARACTERS = 2_000;
const TOKEN = /^[0-9a-f]{32}$/;

/** Null: signed, and not as docs/talk-wire.md has it. */
export function readCallback(body: Uint8Array): TalkCallback | null {
  const said = object(body);
  if (said === null) return null;
  const workspace = text(said['workspace'], MAX_NAME_CHARACTERS);
  const user = text(said['user'], MAX_NAME_CHARACTERS);
  if (workspace === null || user === null) return null;
  if (said['type'] === 'action') return action(said, { workspace, user });
  const line = said['type'] === 'text' ? text(said['text'], MAX_LINE_CHARACTERS) : null;
  return line === null ? null : { kind: 'text', workspace, user, text: line };
}

function action(
  said: Readonly<Record<string, unknown>>,
  who: { workspace: string; user: string },
): TalkCallback | null {
  const verdict = said['verb'];
  if (verdict !== 'approve' && verdict !== 'deny') return null;
  const data = said['data'];
  const token = typeof data === 'object' && data !== null && 'token' in data ? data.token : null;
  if (typeof token !== 'string' || !TOKEN.test(token)) return null;
  return { kind: 'action', ...who, verdict, token: token as Token };
}

function text(value: unknown, maxCharacters: number): string | null {
  return typeof value === 'string' && value !== '' && value.length <= maxCharacters ? value : null;
}

/** JSON in valid UTF-8 that is an object. */
function object(body: Uint8Array): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null; // not UTF-8, or not JSON
  }
}
