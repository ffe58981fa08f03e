/** What the admin plane offers to operators, and the CLI's wire with it. JSON both ways, bearer from `DATA_DIR/admin.token`. */
import type { CommandAnswer } from './commands.js';
import type { ChannelName } from '../approval/brand.js';
import type { ConfigProblem } from './channel.js';

/** `POST /v1/commands` takes this and answers a `CommandAnswer`. `operator` is the name that the audit keeps. */
export interface CommandPost {
  readonly line: string;
  readonly operator: string;
}

/** `POST /v1/sign-in-links` takes `{ approver, operator }` and answers this, or 422 `{ error }` for an unknown approver. */
export interface SignInLinkAnswer {
  readonly url: string;
  readonly expiresAt: string;
}

/** `POST /v1/reload` takes `{ operator }`; 200 when taken over, 422 with problems when nothing changed. */
export interface ReloadAnswer {
  readonly problems: readonly ConfigProblem[];
}

/** One line of `gate doctor`. `GET /v1/doctor` answers `{ checks: Check[] }`. */
export interface Check {
  readonly name: string;
  readonly isOk: boolean;
  readonly detail: string;
  /** What to do; empty when all is well. */
  readonly cure: string;
}

/** `GET /readyz`: 200 when every part is ready, else 503; `{ parts: Part[] }` both times. */
export interface Part {
  readonly name: string;
  readonly isReady: boolean;
  /** Why it is not ready; of the part `roles`, which always is, what this process does. */
  readonly why: string;
}

/** One channel of a drill: a test card put before whoever asked for it, for an operator before an approver. */
export interface DrillLine {
  readonly channel: ChannelName;
  readonly isOk: boolean;
  /** `delivered and redrawn`, `delivered` where the channel never redraws, or our own short code of what failed. */
  readonly detail: string;
  /** Until the platform had taken the card and, where it can, redrawn it. */
  readonly tookMs: number;
}

/** A call to the public plane that was refused, or that was proven and not carried out. Nothing of its body is in here. */
export interface DeadLetterLine {
  readonly id: number;
  /** ISO 8601. */
  readonly at: string;
  readonly source: string;
  readonly reason: string;
  /** What the answer's `x-request-id` and the log call it. */
  readonly callId: string;
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyBytes: number;
  /** SHA-256 in hex; empty where the body was not read whole. */
  readonly bodyHash: string;
  /** It proved who made it, so that its body is kept and it can be carried out once more. */
  readonly isSigned: boolean;
  /** Like calls before it that left no letter of their own. */
  readonly unrecorded: number;
  readonly redriven: { readonly at: string; readonly by: string; readonly outcome: string } | null;
}

/** `GET /v1/dead-letters?before=<id>&limit=<1 to 100>`: newest first. `before`: for the next page; null on the last. */
export interface DeadLetterPage {
  readonly letters: readonly DeadLetterLine[];
  readonly before: number | null;
}

/** `GET /v1/dead-letters/<id>` answers a `DeadLetterLine`; `POST …/<id>/body` takes `{ operator }`, is audited and answers this. */
export interface DeadLetterBody {
  readonly base64: string;
}

/** `POST /v1/dead-letters/<id>/redrive` takes `{ operator }`. `outcome`: `done`, or a short stable code of why not. */
export interface RedriveAnswer {
  readonly isDone: boolean;
  readonly outcome: string;
}

/** A token that we made for a producer's callers, as operators see it: never the token itself. Times are ISO 8601. */
export interface ServiceTokenLine {
  readonly id: string;
  readonly producer: string;
  /** The operator's own words for it; may be empty. */
  readonly label: string;
  readonly state: 'live' | 'expired' | 'revoked';
  readonly createdAt: string;
  /** Null: it lives until it is revoked. */
  readonly expiresAt: string | null;
  /** To the hour or so; null: never. */
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}

/** `GET /v1/service-tokens`: newest first, those that are over included. */
export interface ServiceTokenList {
  readonly tokens: readonly ServiceTokenLine[];
}

/** `POST /v1/service-tokens` takes this; `ttlSeconds` null: until revoked. */
export interface MintPost {
  readonly producer: string;
  readonly label: string;
  readonly ttlSeconds: number | null;
  readonly operator: string;
}

/** What it answers, or 422 `{ error }` for a producer that cannot have one. The token is told this once and kept nowhere. */
export interface MintedServiceToken extends ServiceTokenLine {
  readonly token: string;
}

export type MintRefusal =
  | { readonly kind: 'unknown_producer'; readonly nearest: string | null }
  /** Its table says `service_tokens = false`. */
  | { readonly kind: 'takes_none' };

/** `POST /v1/service-tokens/<id>/revoke` takes `{ operator }` and answers a `ServiceTokenLine`, or 404. */
export interface ServiceTokens {
  list(): Promise<ServiceTokenList>;
  mint(post: MintPost): Promise<MintedServiceToken | MintRefusal>;
  /** Null when there is none by this id, or it is revoked already. */
  revoke(id: string, operator: string): Promise<ServiceTokenLine | null>;
}

export interface AdminServices {
  command(post: CommandPost): Promise<CommandAnswer>;
  signInLink(approver: string, operator: string): Promise<SignInLinkAnswer | null>;
  reload(operator: string): Promise<ReloadAnswer>;
  doctor(): Promise<readonly Check[]>;
  parts(): Promise<readonly Part[]>;
}
