/** Everything the admin plane can be asked for, gathered from the rooms that do it. */
import type { Chance } from '../../base/chance.js';
import type { Reloaded } from '../../config/reload.js';
import type { AdminServices } from '../../contract/admin.js';
import type { Commands } from '../../contract/commands.js';
import type { AuditEntry, Ledger } from '../../contract/ledger.js';
import type { Identity } from '../../identity/identity.js';
import { doctor, parts, type Examined } from '../doctor/doctor.js';
import type { LiveState } from '../live-state.js';

export interface AdminServicesParts {
  readonly commands: Commands;
  readonly identity: Identity;
  readonly ledger: Pick<Ledger, 'audit'>;
  readonly state: Pick<LiveState, 'replace'>;
  /** Reads `sites.toml` again; problems mean that nothing changed. */
  readonly rereadSites: () => Reloaded;
  readonly examined: Examined;
  readonly chance: Chance;
}

export function adminServices(seams: AdminServicesParts): AdminServices {
  const { commands, identity, ledger, state, examined, chance } = seams;
  return {
    command: ({ line, operator }) =>
      commands.run({ line, actor: { kind: 'operator', name: operator }, surface: 'cli', tapId: chance.hex(16) }),
    async signInLink(approver, operator) {
      const link = await identity.signInLink(approver, operator);
      return link === null ? null : { url: link.url, expiresAt: new Date(link.expiresAtMs).toISOString() };
    },
    async reload(operator) {
      const read = seams.rereadSites();
      if ('problems' in read) return { problems: read.problems };
      state.replace(read);
      await ledger.audit.add(reloadedBy(operator), null);
      return { problems: [] };
    },
    doctor: () => doctor(examined),
    parts: () => parts(examined),
  };
}

function reloadedBy(operator: string): AuditEntry {
  return { who: `operator:${operator}`, what: 'reloaded', surface: 'cli', site: null, address: null, detail: {} };
}
