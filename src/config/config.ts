/** The whole configuration, checked. */
import type { ChannelName } from '../approval/brand.js';
import type { Directory } from '../approval/site.js';
import type { LogLevel } from '../base/process/log.js';
import type { Secret } from '../base/crypto/secret.js';
import type { CallerProofs } from '../contract/caller-proofs.js';
import type { RetentionDays } from '../contract/retention-ledger.js';
import type { ProviderConfig } from '../contract/identity-providers.js';
import type { MailSource } from '../contract/mail-records.js';
import type { PublicTls } from './public-tls.js';
import type { Role } from './roles.js';

export interface Config {
  /** Origin without a trailing slash: `https://gate.example.org`. Plain http on loopback only. */
  readonly publicUrl: string;
  /** Of the public plane over plain http; on loopback alone where `publicTls` is set. */
  readonly publicPort: number;
  /** TLS that the public plane speaks itself, on all interfaces; null: a proxy in front of it does. */
  readonly publicTls: PublicTls | null;
  readonly gatePort: number;
  /** The address that the gate plane listens on; beyond loopback it answers `trustedProxies` alone. */
  readonly gateHost: string;
  readonly adminPort: number;
  readonly adminHost: string;
  /** Origin without a trailing slash, where operators reach the admin plane with a browser. Never `publicUrl`. */
  readonly adminUrl: string;
  /** Opens `/metrics` of the admin plane, and nothing else. Null: only operators read it. */
  readonly metricsToken: Secret | null;
  readonly demoSitePort: number;
  readonly dataDir: string;
  readonly sitesFile: string;
  /** `GATE_SECRET`: 32 bytes each; the first seals, all open. */
  readonly keys: readonly Secret[];
  /** Null: SQLite in `dataDir`. */
  readonly databaseUrl: Secret | null;
  /** What of the gate's work this process does. */
  readonly roles: ReadonlySet<Role>;
  /** CIDR networks of proxies, from which forwarded headers are believed. */
  readonly trustedProxies: readonly string[];
  /** CIDR networks in front of those proxies: skipped in forwarded chains, nobody as a visitor, and believed in nothing. */
  readonly edgeNetworks: readonly string[];
  /** How often one address may fail at one receiver of the public plane before it is answered 429. */
  readonly failuresPerMinute: number;
  /** A mounted MMDB file instead of the packaged one. */
  readonly geoFile: string | null;
  /** How long known addresses pass while the database is out of reach. */
  readonly staleMaxSeconds: number;
  /** How long things are kept, in days. */
  readonly retention: RetentionDays;
  /** So long no mail goes to an address from which one bounced for good; 0: it does. */
  readonly suppressForMs: number;
  readonly logLevel: LogLevel;
  /** Configured channels: name -> that channel's own configuration. */
  readonly channels: ReadonlyMap<ChannelName, unknown>;
  /** Secrets that `sites.toml` refers to, by producer. */
  readonly producerSecrets: ReadonlyMap<string, ProducerSecrets>;
  /** Who else may say who somebody is, by name. */
  readonly providers: ReadonlyMap<string, ProviderConfig>;
  /** The providers and mailboxes of `[mail]` in `sites.toml`; null where it has no such table. */
  readonly declaredMail: MailSource | null;
  /** What `sites.toml` said when this was read; a reload makes a new one. */
  readonly directory: Directory;
}

/** What `sites.toml` says, and the secrets that it refers to: what a reload replaces. */
export type FromSites = Pick<Config, 'directory' | 'producerSecrets' | 'providers' | 'declaredMail'>;

export interface ProducerSecrets extends CallerProofs {
  /** Signs callbacks (Standard Webhooks, `whsec_`); null where the producer has no callback. */
  readonly callbackKey: Secret | null;
}
