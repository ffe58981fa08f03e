/**
 * A stage: a channel opened for real against a fake platform on a real loopback socket. The notifier and inbound suites
 * run on every stage; what a stage says here is all they know of a channel.
 *
 * A channel's stages live in `stages/<channel>.ts` and stand in the table of `stages/index.ts`. Most channels need one;
 * one with two kinds of recipients (webhook: a consumer, a producer's callback) has a stage for each.
 */
import type { ChannelDeps, OpenChannel } from '../../src/contract/channel.js';
import type { ConnectingInbound, InboundHandlers } from '../../src/contract/inbound.js';
import type { Recipient } from '../../src/contract/notifier.js';

export interface Stage {
  /** For test names: `talk`, `webhook to a callback`. */
  readonly name: string;
  /** What its first message carries: a pending card, or (a callback) a decided card with the producer's token. */
  readonly tells: 'question' | 'outcome';
  /**
   * Ways of misbehaving that this platform does not have, each with the reason. Their cases are skipped by that name.
   * `revisions`: the platform does not know which of two edits is the newer, so that only the ledger's one claim a card
   * keeps them in order.
   */
  readonly lacks: Readonly<Partial<Record<Lack, string>>>;
  /** Starts the fake and opens the channel through its own registry entry: `configure`, `load`, `open`. */
  open(deps: ChannelDeps, at: StageAt): Promise<OpenStage>;
  /** Absent for a channel without an inbound. The suite checks that it is not forgotten. */
  readonly inbound?: InboundStage;
  /** For a channel that can connect out as well: the same platform, with taps that come over its socket. */
  readonly connecting?: ConnectingStage;
}

export type Lack = Misbehaviour | 'revisions';

/** `unresolvable`: the channel (or the recipient's url) is pointed at a host name that no resolver knows. */
export type StageAt = 'fake' | 'unresolvable';

export interface OpenStage {
  readonly channel: OpenChannel;
  readonly fake: Fake;
  /** A recipient that the fake knows; the same one for the same number, another one for another number. */
  recipient(number: number): Recipient;
  /** Every secret the channel was opened with, as it would be recognised in a log. Not empty. */
  readonly secrets: readonly string[];
  /** Stops the channel, then the fake. */
  close(): Promise<void>;
}

/** A working stand-in platform on a real socket. It can be told to misbehave, and it keeps the truth. */
export interface Fake {
  /** From now on, and for every connection made from now on. Resolves when it is so. */
  behave(behaviour: Behaviour): Promise<void>;
  /** Messages and updates that arrived whole, refused ones included. Health calls, logins and cut connections are not counted. */
  calls(): number;
  /** Resolves when a call (or, for `hang_before_body`, a connection) has arrived since `behave`; the suite sets the deadline. */
  arrival(): Promise<void>;
  /** What this recipient sees now: every message still standing, each in its newest form, oldest first. */
  sees(recipient: Recipient): readonly SeenMessage[];
}

export type Behaviour =
  | { readonly kind: 'normal' }
  | { readonly kind: 'busy'; readonly retryAfterSeconds: number }
  | { readonly kind: Exclude<Misbehaviour, 'busy'> };

export type Misbehaviour =
  /** Takes the whole message, never answers. */
  | 'hang'
  /** Accepts the connection and stops before the body could be sent (SMTP: no greeting). */
  | 'hang_before_body'
  /** Nobody listens on the port. */
  | 'refuse_connection'
  /** Takes the whole message AND lets it take effect, then resets the connection. */
  | 'reset_after_body'
  /** Takes the whole message, answers that something broke on its side (HTTP 503; SMTP: a 4xx after DATA is `busy`). */
  | 'server_error'
  /** HTTP 429 with Retry-After, or what the platform says instead. */
  | 'busy'
  /** Answers success on the outside and no on the inside. */
  | 'no_in_a_200'
  /** Answers with bytes that are none of its protocol. */
  | 'garbage'
  /** Takes new messages; an edit finds its message deleted. */
  | 'message_gone'
  | 'bad_credentials'
  | 'unknown_recipient'
  /** Says that this very message will never do (HTTP 400, 413). */
  | 'message_refused';

/** One message as its reader sees it, after the platform has rendered it. */
export interface SeenMessage {
  /** The words, markup resolved, in reading order; mail: subject, then text part, then the words of the HTML part. */
  readonly text: string;
  /** Every place a click may lead to, duplicates kept: one entry a link or open-url button; a mail's two parts count as one place. */
  readonly links: readonly string[];
  /** Names of what decides in place: `approve`, `deny`. Empty for by-link channels. */
  readonly buttons: readonly string[];
  /**
   * All that is not words, as the platform's reader builds it: element tree with markdown resolved, mentions, header
   * names, MIME parts, tags, JSON keys. Two cards that differ only in untrusted text must have the same structure.
   */
  readonly structure: string;
}

// ---------------------------------------------------------------- inbound

/** How a platform calls us, so that one suite can call as it does, and as a forger would. */
export interface InboundStage {
  /** Mounts the channel's router on a loopback server as the public plane does. */
  open(deps: ChannelDeps, handlers: InboundHandlers): Promise<OpenInboundStage>;
}

export interface OpenInboundStage {
  /** Where taps are posted: `http://127.0.0.1:<port><path>`. */
  readonly url: string;
  /** The body of a genuine tap callback. */
  tapBody(tap: PlatformTap): Buffer;
  /** The headers of a call, with those that authenticate it; `key` is the one it is signed with. */
  signed(call: {
    readonly body: Buffer;
    readonly id: string;
    readonly atMs: number;
    readonly key: InboundKey;
  }): readonly Header[];
  /** The names among `signed` that authenticate the call: the suite drops, doubles, re-cases and swaps them. */
  readonly authHeaders: readonly string[];
  /**
   * For a platform that is told out of band what the one who tapped reads: the answer with that as its body. Asked for a
   * call that was answered 200. Absent: the answer's own body is what is read.
   */
  readonly told?: (call: { readonly body: Buffer }, answer: InboundAnswer) => Promise<InboundAnswer>;
  /** Whether what the inbound answered (or sent to the platform) is seen by the one who tapped alone. */
  isPrivate(answer: InboundAnswer): boolean;
  /** The workspace of every account, where the platform knows one person by an id everywhere. Absent: what the platform says. */
  readonly oneWorkspace?: string;
  readonly secrets: readonly string[];
  close(): Promise<void>;
}

export interface PlatformTap {
  /** The platform's id of this interaction. */
  readonly id: string;
  readonly verdict: 'approve' | 'deny';
  readonly token: string;
  /** Who the platform says taps. */
  readonly workspace: string;
  readonly subject: string;
}

/** `current` and `next` are both configured (rotation); `foreign` is well-formed and nobody's. */
export type InboundKey = 'current' | 'next' | 'foreign';

export type Header = readonly [name: string, value: string];

export interface InboundAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

// ---------------------------------------------------------------- connecting out

/** A channel that owns a socket to its platform. */
export interface ConnectingStage {
  /** Starts the platform, and opens the channel so that it connects out. */
  open(deps: ChannelDeps): Promise<OpenConnectingStage>;
}

export interface OpenConnectingStage {
  readonly inbound: ConnectingInbound;
  readonly platform: SocketPlatform;
  /** Every secret the channel was opened with, as it would be recognised in a log. Not empty. */
  readonly secrets: readonly string[];
  /** Stops the channel, then the platform. */
  close(): Promise<void>;
}

/** A platform seen from the far end of the socket. */
export interface SocketPlatform {
  /** As `OpenInboundStage.oneWorkspace`. */
  readonly oneWorkspace?: string;
  /**
   * Somebody taps: sends it down the open socket, and resolves with what the one who tapped is told. The same id again is
   * the same event again, and resolves with what it was answered that time.
   */
  tap(tap: PlatformTap): Promise<SocketAnswer>;
  /** Sends what no client of the platform would: events cut short, of other types, with fields that are missing. */
  babble(): Promise<void>;
  /** From now on the platform says no to every answer: too late, answered already. A tap then resolves with what was refused. */
  refuseAnswers(): void;
  /** From now on nobody's credentials count, for new sockets. */
  refuseCredentials(): void;
  /** Cuts the open sockets. */
  drop(): void;
  /** How many sockets are open now. */
  sockets(): number;
}

export interface SocketAnswer {
  readonly text: string;
  /** Whether the one who tapped alone sees it. */
  readonly isPrivate: boolean;
}
