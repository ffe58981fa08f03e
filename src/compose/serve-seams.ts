/** What the caller gives the gate at its start: clock, chance, where it writes and where it listens. */
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
  /** Pages of the admin plane that need no bearer: the demo's mailbox, on loopback. */
  readonly openAdminMounts: readonly Mount[];
  /** Shortened by tests in which a lease must run out. Not configurable. */
  readonly courierLimits?: Partial<CourierLimits>;
}
