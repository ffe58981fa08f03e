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

export interface AdminServices {
  command(post: CommandPost): Promise<CommandAnswer>;
  signInLink(approver: string, operator: string): Promise<SignInLinkAnswer | null>;
  reload(operator: string): Promise<ReloadAnswer>;
  doctor(): Promise<readonly Check[]>;
  parts(): Promise<readonly Part[]>;
}
