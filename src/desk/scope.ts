/** What an actor may see: an operator everything, an approver the sites it decides for. Naming another site is refused. */
import { authority, sitesOf, strangerBecause } from '../approval/authority.js';
import type { SiteKey } from '../approval/brand.js';
import type { ForbiddenWhy, Scope } from '../contract/desk.js';
import type { DeskParts } from './parts.js';
import { refuse, surfaceOf } from './refusals/refusal.js';

export type Sight =
  | { readonly kind: 'all' }
  /** One of our sites. */
  | { readonly kind: 'site'; readonly site: SiteKey }
  /** A name that is none of our sites: perhaps a producer's host. */
  | { readonly kind: 'host'; readonly host: string }
  | { readonly kind: 'own'; readonly sites: readonly SiteKey[] }
  | { readonly kind: 'forbidden'; readonly why: ForbiddenWhy };

export async function sightOf(parts: DeskParts, scope: Scope, verb: string): Promise<Sight> {
  const { actor } = scope;
  const directory = parts.directory();
  const attempt = { actor, verb, surface: surfaceOf(actor) };
  const stranger = strangerBecause(directory, actor);
  if (stranger !== null) return refuse(parts, attempt, stranger);
  if (scope.site === undefined) {
    return actor.kind === 'operator' ? { kind: 'all' } : { kind: 'own', sites: sitesOf(directory, actor).map(keyOf) };
  }
  const host = scope.site.toLowerCase();
  const site = directory.siteOf(host);
  if (site === undefined) return { kind: 'host', host };
  const found = authority(directory, actor, site.approvers);
  return found.kind === 'may'
    ? { kind: 'site', site: site.key }
    : refuse(parts, { ...attempt, site: site.key }, found.why);
}

function keyOf(site: { readonly key: SiteKey }): SiteKey {
  return site.key;
}
