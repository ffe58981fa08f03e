/** Questions that change nothing: what is pending, granted, past; one request; what a visitor's page may know. */
import type { SiteKey } from '../approval/brand.js';
import { MAX_LISTED_GRANTS } from '../approval/listed.js';
import type { Actor, RequestRecord } from '../approval/request.js';
import { never } from '../base/never.js';
import type { Desk, GrantScope, HistoryEntry, RequestRef, Scope, Seen } from '../contract/desk.js';
import type { AuditRow, DeliveryRecord, GrantRecord } from '../contract/ledger.js';
import { find, visibleOf } from './find.js';
import { orUnavailable, type DeskParts } from './parts.js';
import { surfaceOf } from './refusals/refusal.js';
import { sightOf } from './scope.js';

/** Bounds one answer; far above the ten that each approver may have pending. */
const MAX_PENDING = 1_000;
const MAX_HISTORY = 100;

/** Newest first. */
export async function pending(parts: DeskParts, scope: Scope): Promise<Seen<readonly RequestRecord[]>> {
  const sight = await sightOf(parts, scope, 'pending');
  if (sight.kind === 'forbidden') return sight;
  const all = await parts.ledger.requests.pending(MAX_PENDING);
  if (sight.kind === 'all') return seen(all);
  if (sight.kind === 'site') return seen(all.filter((request) => request.site === sight.site));
  const wanted = sight.kind === 'host' ? all.filter((request) => request.host === sight.host) : all;
  const visible = (await visibleOf(parts, scope.actor, wanted)).map(({ request }) => request);
  return sight.kind === 'host' && visible.length === 0 ? { kind: 'unknown' } : seen(visible);
}

export async function grants(parts: DeskParts, scope: GrantScope): Promise<Seen<readonly GrantRecord[]>> {
  const sight = await sightOf(parts, scope, 'grants');
  if (sight.kind === 'forbidden') return sight;
  const limit = Math.min(scope.limit ?? MAX_LISTED_GRANTS, MAX_LISTED_GRANTS);
  const search = scope.search === undefined ? {} : { search: { ...scope.search, among: MAX_LISTED_GRANTS } };
  const live = async (sites: readonly SiteKey[] | null) =>
    seen(await parts.ledger.grants.list({ sites, limit, ...search }));
  switch (sight.kind) {
    case 'all':
      return live(null);
    case 'site':
      return live([sight.site]);
    case 'own':
      return live(sight.sites);
    case 'host':
      return { kind: 'unknown' };
  }
  return never(sight);
}

/** Newest first. What concerns no site of an approver's is the operators' alone. */
export async function history(parts: DeskParts, scope: Scope): Promise<Seen<readonly HistoryEntry[]>> {
  const sight = await sightOf(parts, scope, 'history');
  switch (sight.kind) {
    case 'forbidden':
      return sight;
    case 'all':
      return seen((await parts.ledger.audit.recent(MAX_HISTORY)).map(historyEntry));
    case 'site':
      return seen(await historyOf(parts, [sight.site]));
    case 'own':
      return seen(await historyOf(parts, sight.sites));
    case 'host':
      return { kind: 'unknown' };
  }
  return never(sight);
}

interface Question {
  readonly ref: RequestRef;
  readonly actor: Actor;
}

export async function show(parts: DeskParts, { ref, actor }: Question): Promise<Seen<RequestRecord>> {
  const found = await find(parts, ref, { actor, verb: 'show', surface: surfaceOf(actor) });
  return found.kind === 'found' ? seen(found.request) : found;
}

/** Whoever may see a request may see whom it was put before, and how those cards stand. */
export async function deliveries(parts: DeskParts, question: Question): Promise<Seen<readonly DeliveryRecord[]>> {
  const found = await show(parts, question);
  return found.kind === 'seen' ? seen(await parts.ledger.deliveries.ofRequest(found.value.id)) : found;
}

/** Also null while the database is out of reach; the page keeps asking. */
export async function status(parts: DeskParts, query: Parameters<Desk['status']>[0]): Promise<RequestRecord | null> {
  const found = await orUnavailable(parts, 'status', () => parts.ledger.requests.byStatusId(query.statusId));
  if (found === null || 'kind' in found || found.address !== query.address) return null;
  const site = parts.directory().siteOf(query.host)?.key;
  const isHere = found.site === null ? found.host === query.host : found.site === site;
  return isHere ? found : null;
}

async function historyOf(parts: DeskParts, sites: readonly SiteKey[]): Promise<readonly HistoryEntry[]> {
  const rows = await Promise.all(sites.map((site) => parts.ledger.audit.recent(MAX_HISTORY, site)));
  return rows
    .flat()
    .sort((one, other) => other.id - one.id)
    .slice(0, MAX_HISTORY)
    .map(historyEntry);
}

/** A decision's row says which: `approved` reads better than `decided`. */
function historyEntry(row: AuditRow): HistoryEntry {
  const { atMs, who, surface, requestId, site, address } = row;
  const outcome = row.detail['outcome'];
  const what = row.what === 'decided' && typeof outcome === 'string' ? outcome : row.what;
  return { atMs, who, what, surface, requestId, site, address };
}

function seen<T>(value: T): { readonly kind: 'seen'; readonly value: T } {
  return { kind: 'seen', value };
}
