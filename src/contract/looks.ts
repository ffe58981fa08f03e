/** What the console asks of the desk: an operator is answered of all sites, an approver of those they decide for. */
import type { RequestId, SiteKey } from '../approval/brand.js';
import type { Actor, RequestRecord } from '../approval/request.js';
import type { HistoryEntry, Seen } from './seen.js';
import type { AuditFilter, GrantFilter, OutcomeCount, Page, Place, RequestFilter } from './look-ledger.js';
import type { AuditEntry, GrantRecord } from './ledger.js';

export interface LookInput<Filter> {
  readonly actor: Actor;
  readonly filter: Omit<Filter, 'sites'>;
  readonly after: Place | null;
  readonly limit: number;
}

/** An entry with what it tells of beside. */
export interface AuditLine extends HistoryEntry {
  readonly id: number;
  readonly detail: AuditEntry['detail'];
}

export interface Looks {
  /** The newest first. */
  requests(input: LookInput<RequestFilter>): Promise<Seen<Page<RequestRecord>>>;
  /** The last to end comes first. */
  grants(input: LookInput<GrantFilter>): Promise<Seen<Page<GrantRecord>>>;
  /** One that lives, by its number; null: there is none that concerns the actor. */
  grant(id: number, actor: Actor): Promise<Seen<GrantRecord | null>>;
  /** The newest first. What concerns no site of an approver's is the operators' alone. */
  audit(input: LookInput<AuditFilter>): Promise<Seen<Page<AuditLine>>>;
  /** All that the trail tells of one request that the actor may see. */
  trailOf(id: RequestId, actor: Actor): Promise<Seen<readonly AuditLine[]>>;
  /** How the requests that were opened within so long ended. */
  outcomes(actor: Actor, withinMs: number): Promise<Seen<readonly OutcomeCount[]>>;
  /** Whether a request, or a site, is one of those that the actor sees. Asking is no attempt, and leaves no trace. */
  concerns(actor: Actor, of: { readonly request: RequestId } | { readonly site: SiteKey }): Promise<boolean>;
}
