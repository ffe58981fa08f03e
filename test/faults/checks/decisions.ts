/** One decision and one grant a token, in the rows, in the audit trail and in the events; and every process acts by it. */
import type { AuditTableRow } from '../../../src/ledger/tables/audit.js';
import type { RequestRow } from '../../../src/ledger/tables/requests.js';
import { grouped, type Check } from './evidence.js';

const ENDS = new Set(['decided', 'expired', 'withdrawn']);

export const decidesOnce: Check = ({ rows }) => {
  const audit = grouped(rows.audit, (row) => row.request_id ?? '');
  return rows.requests.flatMap((request) => {
    const told = audit.get(request.id) ?? [];
    const wrongs = [wrongEnd(request, told), wrongGrant(request, told), wrongOpening(told)];
    return wrongs.flatMap((wrong) => (wrong === null ? [] : [`request ${request.id} of ${request.address} ${wrong}`]));
  });
};

function wrongEnd({ outcome, decided_by }: RequestRow, told: readonly AuditTableRow[]): string | null {
  const ends = told.filter(({ what }) => ENDS.has(what));
  if (ends.length !== (outcome === null ? 0 : 1)) {
    return `is ${String(outcome)} and its audit has ${String(ends.length)} ends: ${ends.map(({ who }) => who).join(', ')}`;
  }
  const [end] = ends;
  return end === undefined || end.who === decided_by
    ? null
    : `was decided by ${String(decided_by)}, audited as ${end.who}`;
}

function wrongGrant({ outcome, granted_until }: RequestRow, told: readonly AuditTableRow[]): string | null {
  const grants = told.filter(({ what }) => what === 'granted').length;
  const wanted = outcome === 'approved' && granted_until !== null ? 1 : 0;
  return grants === wanted ? null : `is ${String(outcome)} and was granted ${String(grants)} times`;
}

function wrongOpening(told: readonly AuditTableRow[]): string | null {
  const openings = told.filter(({ what }) => what === 'opened').length;
  return openings === 1 ? null : `was opened ${String(openings)} times by its audit`;
}

/** An event may be lost with its process; it never comes twice, and never says what the row does not. */
export const tellsOnce: Check = ({ rows, gates }) => {
  const requests = new Map<string, RequestRow>(rows.requests.map((request) => [request.id, request]));
  const decided = gates.flatMap(({ events }) => events).filter(({ event }) => event === 'auth_gate.decided');
  const byRequest = grouped(decided, (event) => String(event['request']));
  return [...byRequest].flatMap(([id, events]) => {
    const row = requests.get(id);
    const isTrue = events.every((event) => event['outcome'] === row?.outcome && event['by'] === row?.decided_by);
    return events.length === 1 && isTrue
      ? []
      : [`the decision of request ${id} was told ${String(events.length)} times`];
  });
};

/** An approval writes its grant, which lasts at least as long as the approval says, unless somebody ended it. */
export const grantsWhatIsApproved: Check = ({ rows }) => {
  const grants = new Map(rows.grants.map((grant) => [`${grant.site} ${grant.address}`, grant]));
  return rows.requests.flatMap(({ id, site, address, granted_until, revoked_at }) => {
    if (granted_until === null || revoked_at !== null) return [];
    const grant = grants.get(`${String(site)} ${address}`);
    const isThere = grant !== undefined && (grant.revoked_at !== null || grant.until >= granted_until);
    return isThere ? [] : [`request ${id} was approved and ${address} has no such grant`];
  });
};

/** At the end every process lets in who has a live grant, and nobody else. */
export const letsInWhoIsGranted: Check = ({ rows, letsIn, gates }) => {
  const live = new Set<string>(
    rows.grants.filter(({ revoked_at }) => revoked_at === null).map(({ address }) => address),
  );
  return [...letsIn].flatMap(([address, byGate]) =>
    byGate.flatMap((isIn, index) => {
      const name = gates[index]?.name ?? '';
      return isIn === live.has(address)
        ? []
        : [`${name} ${isIn ? 'lets in' : 'keeps out'} ${address} against the database`];
    }),
  );
};
