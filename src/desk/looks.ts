/** The console's questions (src/contract/looks.ts), each answered within what the actor may see. They change nothing. */
import type { RequestId, SiteKey } from '../approval/brand.js';
import type { Actor } from '../approval/request.js';
import { authority } from '../approval/authority.js';
import { isPattern } from '../approval/site-pattern.js';
import type { Seen } from '../contract/desk.js';
import type { Looking, Page, Place } from '../contract/look-ledger.js';
import type { AuditLine, LookInput, Looks } from '../contract/looks.js';
import { authorize } from './authorization/authorize.js';
import { surfaceOf } from './authorization/refusal.js';
import { sightOf } from './authorization/scope.js';
import type { DeskDeps } from './deps.js';
import { isBehind, withPatternHosts } from './grants/pattern-hosts.js';
import { find, visibleOf } from './requests/find.js';
import { historyEntry } from './requests/questions.js';
import type { AuditRow } from '../contract/ledger.js';

/** Of one call: some ten milliseconds, whatever is asked for. */
const LOOK_AT = 5_000;
/** Where an approver has patterns, what is theirs is picked out here: so many times a page is looked for. */
const MAX_ROUNDS = 4;
const MAX_TRAIL = 500;

export function createLooks(deps: DeskDeps): Looks {
  const asked = {
    requests: authorize(deps, 'requests', requests),
    grants: authorize(deps, 'grants', grants),
    grant: authorize(deps, 'grants', grant),
    audit: authorize(deps, 'history', audit),
    trailOf: authorize(deps, 'show', trailOf),
    outcomes: authorize(deps, 'history', outcomes),
  };
  return {
    requests: asked.requests,
    grants: asked.grants,
    grant: (id, actor) => asked.grant({ id, actor }),
    audit: asked.audit,
    trailOf: (id, actor) => asked.trailOf({ id, actor }),
    outcomes: (actor, withinMs) => asked.outcomes({ actor, withinMs }),
    concerns: (actor, of) => concerns(deps, actor, of),
  };
}

type InputOf<Verb extends 'requests' | 'grants' | 'audit'> = Parameters<Looks[Verb]>[0];
type AnswerOf<Verb extends keyof Looks> = Awaited<ReturnType<Looks[Verb]>>;

async function requests(deps: DeskDeps, input: InputOf<'requests'>): Promise<AnswerOf<'requests'>> {
  const asked = input.actor.kind === 'approver' ? input.actor.approver : undefined;
  const page = await within(deps, input, {
    isListed: () => true, // judged below
    look: ({ filter, ...looking }) => deps.ledger.looks.requests({ ...looking, filter: { ...filter, asked } }),
  });
  if (page.kind !== 'seen' || asked === undefined) return page;
  // of a producer's host it is the directory of this moment that says who may see it
  const visible = await visibleOf(deps, input.actor, page.value.found);
  return { kind: 'seen', value: { ...page.value, found: visible.map(({ request }) => request) } };
}

async function audit(deps: DeskDeps, input: InputOf<'audit'>): Promise<AnswerOf<'audit'>> {
  const page = await within(deps, input, {
    isListed: ({ site }: AuditRow, isTheirs) => site !== null && isTheirs(site),
    look: (looking) => deps.ledger.looks.audit(looking),
  });
  if (page.kind !== 'seen') return page;
  return { kind: 'seen', value: { ...page.value, found: page.value.found.map(auditLine) } };
}

/** Grants name hosts, and the ledger knows those that have any. */
async function grants(deps: DeskDeps, { actor, ...input }: InputOf<'grants'>): Promise<AnswerOf<'grants'>> {
  const sites = await sitesWithGrants(deps, actor);
  if (sites.kind !== 'seen') return sites;
  const filter = { ...input.filter, sites: sites.value };
  return {
    kind: 'seen',
    value: await deps.ledger.looks.grants({ ...input, filter, lookAt: LOOK_AT }),
  };
}

async function grant(
  deps: DeskDeps,
  { id, actor }: { readonly id: number; readonly actor: Actor },
): Promise<AnswerOf<'grant'>> {
  const sites = await sitesWithGrants(deps, actor);
  if (sites.kind !== 'seen') return sites;
  const [found = null] = await deps.ledger.grants.list({ sites: sites.value, id, limit: 1 });
  return { kind: 'seen', value: found };
}

async function sitesWithGrants(deps: DeskDeps, actor: Actor): Promise<Seen<readonly SiteKey[] | null>> {
  const mine = await sitesOf(deps, actor);
  if (mine.kind !== 'seen') return mine;
  return { kind: 'seen', value: mine.value === 'all' ? null : await withPatternHosts(deps, mine.value) };
}

async function trailOf(
  deps: DeskDeps,
  { id, actor }: { readonly id: RequestId; readonly actor: Actor },
): Promise<AnswerOf<'trailOf'>> {
  const found = await find(deps, { by: 'id', id }, { actor, verb: 'show', surface: surfaceOf(actor) });
  if (found.kind !== 'found') return found;
  const trail = await deps.ledger.looks.ofRequest(found.request.id, MAX_TRAIL);
  return { kind: 'seen', value: trail.map(auditLine) };
}

async function outcomes(
  deps: DeskDeps,
  { actor, withinMs }: { readonly actor: Actor; readonly withinMs: number },
): Promise<AnswerOf<'outcomes'>> {
  const mine = await sitesOf(deps, actor);
  if (mine.kind !== 'seen') return mine;
  const counted = await deps.ledger.looks.outcomes(withinMs);
  const { value: keys } = mine;
  return { kind: 'seen', value: keys === 'all' ? counted : counted.filter(({ site }) => isOf(deps, keys, site)) };
}

async function concerns(deps: DeskDeps, actor: Actor, of: Parameters<Looks['concerns']>[1]): Promise<boolean> {
  const directory = deps.directory();
  if ('site' in of) return authority(directory, actor, directory.siteOf(of.site)?.approvers ?? []).kind === 'may';
  const request = await deps.ledger.requests.byId(of.request);
  return request !== null && (await visibleOf(deps, actor, [request])).length > 0;
}

async function sitesOf(deps: DeskDeps, actor: Actor): Promise<Seen<readonly SiteKey[] | 'all'>> {
  const sight = await sightOf(deps, { actor }, 'history');
  if (sight.kind === 'forbidden') return sight;
  return { kind: 'seen', value: sight.kind === 'own' ? sight.sites : 'all' };
}

interface Within<Filter, Found> {
  readonly look: (
    looking: Looking<Omit<Filter, 'sites'> & { readonly sites: readonly SiteKey[] | null }>,
  ) => Promise<Page<Found>>;
  /** Where the ledger was asked for all sites. */
  readonly isListed: (one: Found, isTheirs: (site: string) => boolean) => boolean;
}

/** Where all of an approver's sites are named the ledger picks them out; hosts behind a pattern only the directory knows. */
async function within<Filter, Found>(
  deps: DeskDeps,
  { actor, ...input }: LookInput<Filter>,
  { look, isListed }: Within<Filter, Found>,
): Promise<Seen<Page<Found>>> {
  const mine = await sitesOf(deps, actor);
  if (mine.kind !== 'seen') return mine;
  const { value: keys } = mine;
  const hasPatterns = keys !== 'all' && keys.some(isPattern);
  const filter = { ...input.filter, sites: keys === 'all' || hasPatterns ? null : keys };
  const page = (after: Place | null): Promise<Page<Found>> => look({ ...input, after, filter, lookAt: LOOK_AT });
  if (keys === 'all' || !hasPatterns) return { kind: 'seen', value: await page(input.after) };
  return { kind: 'seen', value: await picked(page, input, (one) => isListed(one, (site) => isOf(deps, keys, site))) };
}

async function picked<Found>(
  page: (after: Place | null) => Promise<Page<Found>>,
  { after, limit }: { readonly after: Place | null; readonly limit: number },
  isWanted: (one: Found) => boolean,
): Promise<Page<Found>> {
  const found: Found[] = [];
  let next: Place | null = after;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const looked = await page(next);
    found.push(...looked.found.filter(isWanted));
    ({ next } = looked);
    if (next === null || found.length >= limit) break;
  }
  return { found, next };
}

function isOf(deps: DeskDeps, keys: readonly SiteKey[], site: string): boolean {
  return (keys as readonly string[]).includes(site) || isBehind(deps, keys, site);
}

function auditLine(row: AuditRow): AuditLine {
  return { ...historyEntry(row), id: row.id, detail: row.detail };
}
