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

/** One channel of a drill: a test card put before whoever asked for it. */
export interface DrillLine {
  readonly channel: ChannelName;
  readonly isOk: boolean;
  /** `delivered and redrawn`, `delivered` where the channel never redraws, or our own short code of what failed. */
  readonly detail: string;
  /** Until the platform had taken the card and, where it can, redrawn it. */
  readonly tookMs: number;
}

export interface AdminServices {
  command(post: CommandPost): Promise<CommandAnswer>;
  signInLink(approver: string, operator: string): Promise<SignInLinkAnswer | null>;
  reload(operator: string): Promise<ReloadAnswer>;
  doctor(): Promise<readonly Check[]>;
  parts(): Promise<readonly Part[]>;
}
