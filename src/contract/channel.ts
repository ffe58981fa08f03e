/** A channel: a way to reach approvers. One registry line each; no SDK is loaded that is not configured. */
import type { Express, Router } from 'express';
import type { Notifier } from './notifier.js';
import type { Inbound } from './inbound.js';
import type { Site, Producer } from '../approval/site.js';
import type { Secret } from '../base/secret.js';
import type { Clock } from '../base/clock.js';
import type { Chance } from '../base/chance.js';
import type { Log } from '../base/log.js';

/** What one authenticated call to the platform says. Never carries a secret or the peer's own text. */
export type Health =
  | { readonly kind: 'healthy'; readonly detail: string }
  | { readonly kind: 'unhealthy'; readonly detail: string; readonly cure: string };

export interface OpenChannel {
  readonly notifier: Notifier;
  readonly inbound?: Inbound;
  /** How many attempts may run at once. */
  readonly slots: number;
  health(signal: AbortSignal): Promise<Health>;
  stop(): Promise<void>;
}

/** What every channel is given besides its own configuration. */
export interface ChannelSeams {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
  readonly publicUrl: string;
  /** Derives this installation's own key for a purpose, 32 bytes; the same after a restart. */
  deriveKey(purpose: string): Secret;
  /** Where the embedded Talk answers its bot: loopback, the public port. Given where the embedded Talk is mounted. */
  readonly embeddedTalkUrl?: string;
  /** Producer's name -> the key its callbacks are signed with. Given where producers have callbacks. */
  readonly callbackKeys?: ReadonlyMap<string, Secret>;
}

/** A problem of configuration: where, what, and what to do. Printed at start with all the others. */
export interface ConfigProblem {
  /** `environment` or the path of the file. */
  readonly file: string;
  readonly key: string;
  readonly problem: string;
  readonly cure: string;
}

/** A fact about the whole configuration a channel may need to judge whether it is complete. */
export interface ConfigFacts {
  readonly publicUrl: string;
  /** True when a site or a producer uses this channel itself, not through a consumer's url. */
  readonly isUsed: boolean;
  readonly sites: readonly Site[];
  readonly producers: readonly Producer[];
}

/**
 * A line of the registry. `configure` is eager and pure: it reads this channel's variables out of the environment and
 * says every problem; null means "not configured, not used". `load` is lazy: it imports the SDK.
 */
export interface ChannelEntry<Config = unknown> {
  readonly name: string;
  /** The variables it knows, for `.env.example` and its test: name -> one-line meaning. */
  readonly variables: Readonly<Record<string, string>>;
  configure(
    environment: Readonly<Record<string, string | undefined>>,
    facts: ConfigFacts,
  ): { readonly config: Config | null; readonly problems: readonly ConfigProblem[] };
  /** Says what is wrong with an approver's address on this channel; null when it is well-formed. `environment`: as `configure` gets it. */
  checkAddress(address: string, environment: Readonly<Record<string, string | undefined>>): string | null;
  /** A well-formed address with the workspace that it may leave out because configuration says it. Absent: it is whole as written. */
  readonly wholeAddress?: (address: string, environment: Readonly<Record<string, string | undefined>>) => string;
  /** The same for a room that a site posts to instead of each approver. Absent: the channel posts to no rooms. */
  readonly checkRoom?: (address: string) => string | null;
  /** Its cards only link to the confirm page: what a site lets taps over it do would bind nobody. Absent: it takes taps. */
  readonly isByLink?: true;
  load(): Promise<{ open(config: Config, seams: ChannelSeams): Promise<OpenChannel> }>;
}

/** A router a plane mounts: the planes know paths, not channels. */
export interface Mount {
  readonly path: string;
  readonly app: Express | Router;
}
