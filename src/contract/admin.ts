/** What the admin plane offers to operators, and the CLI's wire with it. JSON both ways, bearer from `DATA_DIR/admin.token`. */
import type { ApproveNeeds } from '../approval/approval-proof.js';
import type { Command, CommandAnswer } from './commands.js';
import type { ChannelName } from '../approval/brand.js';
import type { Environment } from '../approval/request.js';
import type { SignedInBy } from '../approval/signed-in-by.js';
import type { ChannelPolicy } from '../approval/site.js';
import type { ConfigProblem } from './channel.js';
import type { ServiceTokenLine } from './service-tokens.js';

/** `POST /v1/commands` takes this and answers a `CommandAnswer`. `operator` is the name that the audit keeps. */
interface CommandPost extends Command {
  readonly operator: string;
}

/** No approver has this handle; `meant`: who has the address as his mail, or a handle that is near. */
export interface UnknownApprover {
  readonly kind: 'unknown_approver';
  readonly meant: string | null;
  readonly isTheirMail: boolean;
}

/** `POST /v1/sign-in-links` takes `{ approver, operator, resetFactors? }` and answers this, or 422 `{ error }` for an unknown approver. */
interface SignInLinkAnswer {
  readonly url: string;
  readonly expiresAt: string;
}

/** `POST /v1/reload` takes `{ operator }`; 200 when taken over, 422 with problems when nothing changed. */
export interface ReloadAnswer {
  readonly problems: readonly ConfigProblem[];
  /** Whether there are TLS files, which were read as well; absent where nothing changed. */
  readonly isTlsRead?: boolean;
}

/** One line of `gate doctor`. `GET /v1/doctor` answers `{ checks: Check[] }`. */
export interface Check {
  readonly name: string;
  readonly isOk: boolean;
  readonly detail: string;
  /** What to do; empty when all is well. One that is ok and has a cure is a warning. */
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

/** A channel of a site, and how far it is trusted there. */
export interface SiteChannelView extends ChannelPolicy {
  readonly name: string;
  /** The webhook by which it is reached; null: our own bot. */
  readonly consumer: string | null;
}

/** `GET /v1/sites/<host>`: what applies to the site that has this name; 404 where none has. */
export interface SiteView {
  readonly site: string;
  readonly domains: readonly string[];
  readonly environment: Environment;
  readonly isGated: boolean;
  readonly approvers: readonly string[];
  readonly channels: readonly SiteChannelView[];
  readonly grantTtlSeconds: number;
  readonly requestTtlSeconds: number;
  readonly geofence: readonly string[] | null;
  readonly permanentNetworks: readonly string[];
  readonly allowProxyAddress: boolean;
  /** As they are counted: `POST /webhooks/github`. */
  readonly openPaths: readonly string[];
  readonly confirmEndpoint: string;
  /** Absent in the answer of a version of before, as the next two: then it wants nothing of the kind. */
  readonly approveNeeds?: ApproveNeeds;
  readonly needsSecondFactor?: boolean;
  /** Who passes by who they are, in words. */
  readonly passage?: readonly string[];
  /** Those that may be used. */
  readonly tokens: readonly ServiceTokenLine[];
}

/** What passed a site without a grant, or was refused with a token of ours, since this process started. */
export interface PassTally {
  readonly kind: 'open_path' | 'token' | 'passage' | 'wrong_token';
  /** Empty for what is counted under no name. */
  readonly site: string;
  /** Of an open path, as `sites.toml` has it; otherwise empty. */
  readonly pattern: string;
  readonly count: number;
}

/** A live session of an approver. Times are ISO 8601. */
export interface SessionOfAccount {
  /** Names the session; it is not what the cookie holds, and opens nothing. */
  readonly id: string;
  readonly account: string;
  readonly address: string | null;
  /** In words, by what the browser said of itself. */
  readonly browser: string | null;
  /** Null, as the next, where a version of before began it. */
  readonly signedInBy: SignedInBy | null;
  readonly createdAt: string;
  /** To a few minutes. */
  readonly lastSeenAt: string | null;
  /** Unless it is seen again before. */
  readonly expiresAt: string;
}

/** `GET /v1/sessions?account=<approver>`: the newest 1,000. */
export interface SessionList {
  readonly sessions: readonly SessionOfAccount[];
}

/** `POST /v1/sessions/end` takes this with exactly one of `id`, `account` and `all`, and answers a `SessionList` of those it ended. */
export interface EndSessionsPost {
  readonly id?: string | undefined;
  readonly account?: string | undefined;
  readonly all?: true | undefined;
  readonly operator: string;
}

/** The audit trail as the console reads it whole. */
export interface ReadTrail {
  /** Walks the chain of seals. `lines`: the verdict, and what else is to say. */
  verify(): Promise<{ readonly isWhole: boolean; readonly lines: readonly string[] }>;
  /** Texts of many lines, the oldest first. */
  export(input: {
    readonly format: 'csv' | 'ndjson';
    readonly sinceMs: number | null;
    /** Exclusive. */
    readonly untilMs: number | null;
    readonly site: string | null;
  }): AsyncIterable<string>;
}

export interface SignedInSessions {
  list(account: string | null): Promise<SessionList>;
  end(post: EndSessionsPost): Promise<SessionList>;
}

export interface AdminServices {
  command(post: CommandPost): Promise<CommandAnswer>;
  signInLink(approver: string, operator: string, resetsFactors?: boolean): Promise<SignInLinkAnswer | UnknownApprover>;
  reload(operator: string): Promise<ReloadAnswer>;
  doctor(): Promise<readonly Check[]>;
  parts(): Promise<readonly Part[]>;
}
