/** What the caller gives the gate at its start: its channels, clock, randomness, where it writes and where it listens. */
import type { Random } from '../base/crypto/random.js';
import type { Clock } from '../base/time/clock.js';
import type { Log } from '../base/process/log.js';
import type { Reloaded, RereadTls } from '../config/reload.js';
import type { RegistryEntry } from '../contract/channel.js';
import type { Mount } from '../contract/mount.js';
import type { ProcessHealth } from '../contract/process-health.js';
import type { Limits as CourierLimits } from '../delivery/limits.js';

/** The interface each plane listens on. */
export interface PlaneHosts {
  readonly public: string;
  readonly gate: string;
  readonly admin: string;
}

export interface ServeDeps {
  /** The registry of channels. */
  readonly channels: readonly RegistryEntry[];
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly pid: number;
  /** How many files this process may have open. */
  readonly descriptorLimit: number;
  /** Where event lines go. */
  readonly events: { write(line: string): void };
  /** Reads `sites.toml` again; problems mean that nothing changed. */
  readonly rereadSites: () => Reloaded;
  /** Reads the TLS files of the public plane again; problems mean that nothing changed. */
  readonly rereadTls: RereadTls;
  readonly hosts: PlaneHosts;
  /** Pages of the admin plane that need no bearer: the demo's mailbox, on loopback. */
  readonly openAdminMounts: readonly Mount[];
  /** What doctor and metrics tell of the process itself. */
  readonly health: ProcessHealth;
  /** Called as the planes are about to listen: from then on the process answers, and has to last. */
  readonly onListening?: () => void;
  /** Shortened by tests in which a lease must run out. Not configurable. */
  readonly courierLimits?: Partial<CourierLimits>;
}
