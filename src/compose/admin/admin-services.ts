/** Everything the admin plane can be asked for, gathered from the rooms that do it. */
import type { Directory } from '../../approval/site.js';
import type { Random } from '../../base/crypto/random.js';
import { nearest } from '../../base/text/nearest.js';
import type { Reloaded } from '../../config/reload.js';
import { peopleAt } from '../../config/sites/one-person.js';
import type { AdminServices, UnknownApprover } from '../../contract/admin.js';
import type { Commands } from '../../contract/commands.js';
import type { AuditEntry, Ledger } from '../../contract/ledger.js';
import type { Identity } from '../../identity/identity.js';
import type { LiveMailRecords } from '../../mail/records/mail-records.js';
import type { Certificates } from '../certificates.js';
import { doctor, parts, type Examined } from '../doctor/doctor.js';
import type { LiveState } from '../live-state.js';
import type { RegistryFacts } from '../registry-facts.js';

export interface AdminServicesDeps {
  readonly commands: Commands;
  readonly identity: Identity;
  readonly ledger: Pick<Ledger, 'audit' | 'identity'>;
  readonly state: Pick<LiveState, 'replace'>;
  /** Reads `sites.toml` and the TLS files again; problems mean that nothing changed. */
  readonly rereadSites: () => Reloaded;
  readonly facts: Pick<RegistryFacts, 'mail'>;
  readonly mailRecords: Pick<LiveMailRecords, 'changed'>;
  readonly certificates: Pick<Certificates, 'take'>;
  readonly examined: Examined;
  readonly random: Random;
}

export function createAdminServices(deps: AdminServicesDeps): AdminServices {
  const { commands, identity, ledger, state, examined, random } = deps;
  return {
    command: ({ operator, ...command }) =>
      commands.run({ ...command, actor: { kind: 'operator', name: operator }, surface: 'cli', tapId: random.hex(16) }),
    async signInLink(approver, operator, resetsFactors) {
      const link = await identity.signInLinks.make(approver, operator, resetsFactors);
      if (link === null) return unknownApprover(approver, { ...examined.directory(), mail: deps.facts.mail });
      return { url: link.url, expiresAt: new Date(link.expiresAtMs).toISOString() };
    },
    async reload(operator) {
      const read = deps.rereadSites();
      if ('problems' in read) return { problems: read.problems };
      const former = examined.directory();
      const before = accountsIn(former);
      state.replace(read);
      deps.mailRecords.changed();
      deps.certificates.take(read.publicTls);
      const change = { before: sizeOf(former), after: sizeOf(examined.directory()) };
      await ledger.audit.add({ ...reloadedBy(operator), detail: change }, null);
      await endSessionsOfGone(before, operator, deps);
      return { problems: [], isTlsRead: read.publicTls !== null };
    },
    doctor: () => doctor(examined),
    parts: () => parts(examined),
  };
}

function unknownApprover(
  typed: string,
  { approvers, mail }: Pick<Directory, 'approvers'> & { readonly mail: string | null },
): UnknownApprover {
  const people = new Map<string, ReadonlyMap<string, string>>([...approvers].map(([id, one]) => [id, one.addresses]));
  const [theirs] = peopleAt(typed, { people, mail });
  if (theirs !== undefined) return { kind: 'unknown_approver', meant: theirs, isTheirMail: true };
  return { kind: 'unknown_approver', meant: nearest(typed, people.keys()), isTheirMail: false };
}

/** They are nobody from the reload on; their sessions end for good, so that they do not go on should the name come back. */
async function endSessionsOfGone(
  before: ReadonlySet<string>,
  operator: string,
  { ledger, examined }: Pick<AdminServicesDeps, 'ledger' | 'examined'>,
): Promise<void> {
  const left = accountsIn(examined.directory());
  for (const approver of [...before].filter((id) => !left.has(id)))
    await ledger.identity.endSessions(
      { by: 'approver', approver },
      { ...reloadedBy(operator), what: 'sessions_ended' },
    );
}

/** What sites.toml has, as the trail says it. */
function sizeOf({ sites, approvers, operators }: Directory): string {
  return `sites ${String(sites.length)}, approvers ${String(approvers.size)}, operators ${String(operators.size)}`;
}

/** Whoever has an account by sites.toml. */
function accountsIn({ approvers, operators }: Directory): ReadonlySet<string> {
  return new Set<string>([...approvers.keys(), ...operators]);
}

function reloadedBy(operator: string): AuditEntry {
  return { who: `operator:${operator}`, what: 'reloaded', surface: 'cli', site: null, address: null, detail: {} };
}
