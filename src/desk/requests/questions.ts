/** Questions that change nothing: what is pending, granted, past; one request; what a visitor's page may know. */
import type { SiteKey } from '../../approval/brand.js';
import { MAX_LISTED_GRANTS } from '../../approval/listed.js';
import type { Actor, RequestRecord } from '../../approval/request.js';
import { isPattern } from '../../approval/site-pattern.js';
import { never } from '../../base/process/never.js';
import type { Desk, GrantScope, HistoryEntry, RequestRef, Scope, Seen, ShownRequest } from '../../contract/desk.js';
import type { AuditRow, DeliveryRecord, GrantRecord } from '../../contract/ledger.js';
import { find, visibleOf } from './find.js';
import { isBehind, withPatternHosts } from '../grants/pattern-hosts.js';
import { orUnavailable, type DeskDeps } from '../deps.js';
import { passingOf } from './passing.js';
import { surfaceOf } from '../authorization/refusal.js';
import { sightOf } from '../authorization/scope.js';

/** Bounds one answer; far above the ten that each approver may have pending. */
const MAX_PENDING = 1_000;
const MAX_HISTORY = 100;
/** Of the trail, for hosts that sites.toml does not list. */
const MAX_LOOKED_THROUGH = 2_000;

/** Newest first. */
export async function pending(deps: DeskDeps, scope: Scope): Promise<Seen<readonly RequestRecord[]>> {
  const sight = await sightOf(deps, scope, 'pending');
  if (sight.kind === 'forbidden') return sight;
  const all = await deps.ledger.requests.pending(MAX_PENDING);
  if (sight.kind === 'all') return seen(all);
  if (sight.kind === 'site') return seen(all.filter(({ site }) => isOf(deps, [sight.site], site)));
  const wanted = sight.kind === 'host' ? all.filter((request) => request.host === sight.host) : all;
  const visible = (await visibleOf(deps, scope.actor, wanted)).map(({ request }) => request);
  return sight.kind === 'host' && visible.length === 0 ? { kind: 'unknown' } : seen(visible);
}

export async function grants(deps: DeskDeps, scope: GrantScope): Promise<Seen<readonly GrantRecord[]>> {
  const sight = await sightOf(deps, scope, 'grants');
  if (sight.kind === 'forbidden') return sight;
  const limit = Math.min(scope.limit ?? MAX_LISTED_GRANTS, MAX_LISTED_GRANTS);
  const search = scope.search === undefined ? {} : { search: { ...scope.search, among: MAX_LISTED_GRANTS } };
  const live = async (keys: readonly SiteKey[] | null) => {
    const sites = keys === null ? null : await withPatternHosts(deps, keys);
    return seen(await deps.ledger.grants.list({ sites, limit, ...search }));
  };
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
export async function history(deps: DeskDeps, scope: Scope): Promise<Seen<readonly HistoryEntry[]>> {
  const sight = await sightOf(deps, scope, 'history');
  switch (sight.kind) {
    case 'forbidden':
      return sight;
    case 'all':
      return seen((await deps.ledger.audit.recent(MAX_HISTORY)).map(historyEntry));
    case 'site':
      return seen(await historyOf(deps, [sight.site]));
    case 'own':
      return seen(await historyOf(deps, sight.sites));
    case 'host':
      return { kind: 'unknown' };
  }
  return never(sight);
}

interface Question {
  readonly ref: RequestRef;
  readonly actor: Actor;
}

export async function show(deps: DeskDeps, { ref, actor }: Question): Promise<Seen<ShownRequest>> {
  const found = await find(deps, ref, { actor, verb: 'show', surface: surfaceOf(actor) });
  return found.kind === 'found' ? seen({ ...found.request, ...(await passingOf(deps, found.request)) }) : found;
}

/** Whoever may see a request may see whom it was put before, and how those cards stand. */
export async function deliveries(deps: DeskDeps, question: Question): Promise<Seen<readonly DeliveryRecord[]>> {
  const found = await show(deps, question);
  return found.kind === 'seen' ? seen(await deps.ledger.deliveries.ofRequest(found.value.id)) : found;
}

export async function status(deps: DeskDeps, query: Parameters<Desk['status']>[0]): ReturnType<Desk['status']> {
  const found = await orUnavailable(deps, 'status', () => deps.ledger.requests.byStatusId(query.statusId));
  if (found === null || 'kind' in found) return found;
  if (found.address !== query.address) return null;
  const site = deps.directory().siteOf(query.host)?.key;
  const isHere = found.site === null ? found.host === query.host : found.site === site;
  return isHere ? found : null;
}

async function historyOf(deps: DeskDeps, sites: readonly SiteKey[]): Promise<readonly HistoryEntry[]> {
  const named = sites.filter((site) => !isPattern(site));
  const rows = await Promise.all(named.map((site) => deps.ledger.audit.recent(MAX_HISTORY, site)));
  return [...rows.flat(), ...(await behindPatterns(deps, sites.filter(isPattern)))]
    .sort((one, other) => other.id - one.id)
    .slice(0, MAX_HISTORY)
    .map(historyEntry);
}

/** What happened at hosts that fit these patterns, and at the patterns themselves, among the newest entries of all sites. */
async function behindPatterns(deps: DeskDeps, patterns: readonly SiteKey[]): Promise<readonly AuditRow[]> {
  if (patterns.length === 0) return [];
  const rows = await deps.ledger.audit.recent(MAX_LOOKED_THROUGH);
  return rows.filter(({ site }) => isOf(deps, patterns, site));
}

function isOf(deps: DeskDeps, keys: readonly string[], site: string | null): boolean {
  return site !== null && (keys.includes(site) || isBehind(deps, keys, site));
}

/** A decision's row says which: `approved` reads better than `decided`. */
export function historyEntry(row: AuditRow): HistoryEntry {
  const { atMs, who, surface, requestId, site, address } = row;
  const outcome = row.detail['outcome'];
  const what = row.what === 'decided' && typeof outcome === 'string' ? outcome : row.what;
  return { atMs, who, what, whom: whomOf(row), surface, requestId, site, address };
}

/** What was done to an account names it by one of these. */
function whomOf({ detail }: AuditRow): string | null {
  const whom = detail['approver'] ?? detail['account'];
  return typeof whom === 'string' ? whom : null;
}

function seen<T>(value: T): { readonly kind: 'seen'; readonly value: T } {
  return { kind: 'seen', value };
}
