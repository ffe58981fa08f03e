/** What whoever starts the gate gives it: its surroundings, where it writes and listens. */
import type { Chance } from '../base/chance.js';
import type { Clock } from '../base/clock.js';
import type { Log } from '../base/log.js';
import type { Reloaded } from '../config/reload.js';
import type { Mount } from '../contract/channel.js';
import type { Limits as CourierLimits } from '../delivery/limits.js';
import type { PlaneHosts } from './planes.js';

export interface ServeSeams {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
  readonly pid: number;
  /** Where event lines go. */
  readonly events: { write(line: string): void };
  /** Reads `sites.toml` again; problems mean that nothing changed. */
  readonly rereadSites: () => Reloaded;
  readonly hosts: PlaneHosts;
  /** Readable on the admin plane without the bearer: the demo's mailbox, on loopback. */
  readonly openAdminMounts: readonly Mount[];
  /** Shortened where leases must run out within a test. No variable reaches this. */
  readonly courierLimits?: Partial<CourierLimits>;
}
