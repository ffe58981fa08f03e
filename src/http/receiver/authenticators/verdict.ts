/** What a verifier says in the body of its 200. A body that names nobody is no verdict: some servers say 200 to everything. */
import { z } from 'zod';
import { parseJson } from '../../../base/text/json.js';

export interface Verdict {
  /** `usr_1`, or `usr_1 of ws_2`. */
  readonly identity: string;
  /** Null when the verifier names no end. */
  readonly untilMs: number | null;
}

/** One printable word, because it goes into the audit trail and from there to terminals. */
const word = z.string().regex(/^[\x21-\x7e]{1,128}$/);
/** RFC 3339 with its offset, or seconds since 1970 as in a JWT's `exp` (RFC 7519, section 2). */
const time = z.union([z.iso.datetime({ offset: true }).transform(Date.parse), z.int().min(0).transform(inMs)]);
/** Where a verifier also says yes or no in words (RFC 7662 calls it `active`), they must not contradict. */
const yes = z.literal(true).optional();

const VERDICT = z.object({
  user_id: word,
  workspace_id: word.nullish(),
  expires_at: time.nullish(),
  active: yes,
  valid: yes,
});

export function verdictIn(body: Buffer): Verdict | null {
  const read = VERDICT.safeParse(parseJson(body));
  if (!read.success) return null;
  const { user_id: user, workspace_id: workspace, expires_at: untilMs } = read.data;
  return {
    identity: workspace === null || workspace === undefined ? user : `${user} of ${workspace}`,
    untilMs: untilMs ?? null,
  };
}

function inMs(seconds: number): number {
  return seconds * 1_000;
}
