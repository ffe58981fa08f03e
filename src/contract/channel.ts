/** A channel: a way to reach approvers. One registry line each; no SDK is loaded that is not configured. */
import type { EmbeddedEntry } from './embedded-server.js';
import type { Notifier } from './notifier.js';
import type { Inbound } from './inbound.js';
import type { MailRecords, MailSource } from './mail-records.js';
import type { Watching } from './watching.js';
import type { MessageKind } from './message.js';
import type { MailRouting } from './mail-routing.js';
import type { MailProbe } from './operators-mail.js';
import type { Setting } from './setting.js';
import type { Site, Producer } from '../approval/site.js';
import type { Secret } from '../base/crypto/secret.js';
import type { Clock } from '../base/time/clock.js';
import type { Random } from '../base/crypto/random.js';
import type { Log } from '../base/process/log.js';

/** What one authenticated call to the platform says. Never carries a secret or the peer's own text. */
export type Health =
  | { readonly kind: 'healthy'; readonly detail: string }
  | { readonly kind: 'unhealthy'; readonly detail: string; readonly cure: string };

export interface OpenChannel {
  readonly notifier: Notifier;
  readonly inbound?: Inbound;
  /** Present where a peer has to be asked what became of deliveries. */
  readonly watching?: Watching;
  /** How many attempts may run at once. */
  readonly slots: number;
  health(signal: AbortSignal): Promise<Health>;
  /** Present where what it delivers goes out by several providers; `slots` then are those of one of them. */
  readonly routing?: MailRouting;
  /** Of a channel that sends mail: tries one of its providers. */
  readonly mailProbe?: MailProbe;
  stop(): Promise<void>;
}

/** What every channel is given besides its own configuration. */
export interface ChannelDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly publicUrl: string;
  /** Derives this installation's own key for a purpose, 32 bytes; the same after a restart. */
  deriveKey(purpose: string): Secret;
  /** The public plane's origin over loopback, where an embedded server is mounted. */
  readonly loopbackUrl?: string;
  /** Who carries mails, of all origins. Absent in tests of channels that send none. */
  readonly mailRecords?: MailRecords;
  /** By which of them a mail goes out. Absent where they are. */
  readonly mailRouting?: MailRouting;
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
  /** `sites.toml` declares who carries mails. */
  readonly isMailDeclared?: boolean;
  readonly sites: readonly Site[];
  readonly producers: readonly Producer[];
}

/** What the core knows of every channel, whether it delivers by itself or through a consumer alone. */
interface NamedChannel {
  /** As it is written in `sites.toml`, in events and in metrics. */
  readonly name: string;
  /** For headings. */
  readonly title: string;
  /** How an approver's address on it is written. */
  readonly address: Setting;
  /** The variable that names one consumer for every site without a `url` of its own for this channel (RFC 001, section 6.3). */
  readonly consumer?: { readonly variable: string; readonly setting: Setting };
  /** Where at the webhook receiver producers open requests that go out over it, unless the producer's table names others. */
  readonly producerEndpoint?: string;
}

/** A channel of which the gate has no notifier: a consumer serves it where a site or a variable names one. */
export interface ConsumerOnlyEntry extends NamedChannel {
  readonly consumer: { readonly variable: string; readonly setting: Setting };
  readonly load?: never;
}

/** What a channel's peer tells of a delivery after it took it is audited as `<as>_<what>`, done by `by`. */
export interface ReportNames {
  readonly by: string;
  readonly as: string;
}

/** Deprecated names of events, written beside `notifier_sent` and `notifier_failed` for existing dashboards. */
export interface LegacyEvents {
  readonly sent: string;
  readonly failed: string;
}

/**
 * A line of the registry. `configure` is eager and pure: it reads this channel's variables out of the environment and
 * says every problem; null means "not configured, not used". `load` is lazy: it imports the SDK.
 */
export interface ChannelEntry<Config = unknown> extends NamedChannel {
  /** The variables it knows, with what they mean. */
  readonly variables: Readonly<Record<string, Setting>>;
  configure(
    environment: Readonly<Record<string, string | undefined>>,
    facts: ConfigFacts,
  ): { readonly config: Config | null; readonly problems: readonly ConfigProblem[] };
  /** How a room is written, where it posts to rooms. */
  readonly room?: Setting;
  /** Says what is wrong with an approver's address on this channel; null when it is well-formed. `environment`: as `configure` gets it. */
  checkAddress(address: string, environment: Readonly<Record<string, string | undefined>>): string | null;
  /** A well-formed address with the workspace that it may leave out because configuration says it. Absent: it is whole as written. */
  readonly wholeAddress?: (address: string, environment: Readonly<Record<string, string | undefined>>) => string;
  /** The same for a room that a site posts to instead of each approver. Absent: the channel posts to no rooms. */
  readonly checkRoom?: (address: string) => string | null;
  /** Its cards only link to the confirm page: what a site lets taps over it do would bind nobody. Absent: it takes taps. */
  readonly isByLink?: true;
  /** Sites that name no `notifiers` use it (RFC 001, section 6.3). */
  readonly isDefault?: true;
  /** Its addresses are mailboxes: `admin_email` is one of them, and two spellings of one mailbox are one person. */
  readonly isMail?: true;
  /** What its variables say of who carries mails. */
  mailSource?(config: Config): MailSource;
  /** It carries other channels' requests to consumers, and outcomes to producers' callbacks. One line of the registry says so. */
  readonly isPeerTransport?: true;
  /** Its peer tells later what became of a delivery, by `InboundHandlers.reports`. */
  readonly reports?: ReportNames;
  readonly legacyEvents?: LegacyEvents;
  /** Stands in for the platform where none is configured. */
  readonly embedded?: EmbeddedEntry<Config>;
  /** The messages without a request that it carries: its notifier has `send`. Absent: none. */
  readonly carries?: readonly MessageKind[];
  load(): Promise<{ open(config: Config, deps: ChannelDeps): Promise<OpenChannel> }>;
}

export type RegistryEntry = ChannelEntry | ConsumerOnlyEntry;

/** The lines with a notifier of our own. */
export function ownChannels(registry: readonly RegistryEntry[]): readonly ChannelEntry[] {
  return registry.filter((entry): entry is ChannelEntry => entry.load !== undefined);
}

/** The file in `DATA_DIR` that an embedded server keeps, and that backups of the ledger enclose; null where no line has one. */
export function embeddedFile(registry: readonly RegistryEntry[]): string | null {
  const [file = null, ...others] = ownChannels(registry).flatMap(({ embedded }) => embedded?.file ?? []);
  if (others.length > 0) throw new Error('a backup encloses one file: one line of the registry has an embedded server');
  return file;
}

/** Every variable of a line, with what it means. */
export function variablesOf(entry: RegistryEntry): Readonly<Record<string, Setting>> {
  const { consumer } = entry;
  const own = entry.load === undefined ? {} : entry.variables;
  return { ...own, ...(consumer === undefined ? {} : { [consumer.variable]: consumer.setting }) };
}
