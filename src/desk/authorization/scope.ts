/** What an actor may see: an operator everything, an approver the sites it decides for. Naming another site is refused. */
import { authority, sitesOf, strangerBecause } from '../../approval/authority.js';
import type { SiteKey } from '../../approval/brand.js';
import { keysOf } from '../../approval/site-pattern.js';
import type { ForbiddenWhy, Scope } from '../../contract/desk.js';
import type { DeskDeps } from '../deps.js';
import { refuse, surfaceOf } from './refusal.js';

export type Sight =
  | { readonly kind: 'all' }
  /** One of our sites, or a pattern with all hosts behind it. */
  | { readonly kind: 'site'; readonly site: SiteKey }
  /** A name that is none of our sites: perhaps a producer's host. */
  | { readonly kind: 'host'; readonly host: string }
  | { readonly kind: 'own'; readonly sites: readonly SiteKey[] }
  | { readonly kind: 'forbidden'; readonly why: ForbiddenWhy };

export async function sightOf(deps: DeskDeps, scope: Scope, verb: string): Promise<Sight> {
  const { actor } = scope;
  const directory = deps.directory();
  const attempt = { actor, verb, surface: surfaceOf(actor) };
  const stranger = strangerBecause(directory, actor);
  if (stranger !== null) return refuse(deps, attempt, stranger);
  if (scope.site === undefined) {
    return actor.kind === 'operator'
      ? { kind: 'all' }
      : { kind: 'own', sites: sitesOf(directory, actor).flatMap(keysOf) };
  }
  const host = scope.site.toLowerCase();
  const site = directory.siteOf(host);
  if (site === undefined) return { kind: 'host', host };
  const found = authority(directory, actor, site.approvers);
  return found.kind === 'may'
    ? { kind: 'site', site: site.key }
    : refuse(deps, { ...attempt, site: site.key }, found.why);
}
