/** The sites at which an actor may do something over the channel it came by, and in whose name. */
import { actorName, authority, type RefusedBecause } from '../../approval/authority.js';
import type { SiteKey } from '../../approval/brand.js';
import type { Act } from '../../approval/channel-refusal.js';
import type { Actor } from '../../approval/request.js';
import { keysOf } from '../../approval/site-pattern.js';
import type { DeskDeps } from '../deps.js';
import { refusedOver } from './channel-policy.js';

export type AuthorizedSites =
  | {
      readonly kind: 'reaches';
      /** The approver that it speaks for at all these sites; the account itself where that differs from site to site. */
      readonly who: string;
      readonly sites: readonly SiteKey[];
      /** It decides for these, too, but not over this channel. */
      readonly closed: readonly SiteKey[];
    }
  | { readonly kind: 'nowhere'; readonly why: RefusedBecause };

export function authorizedSites(
  deps: DeskDeps,
  { actor, surface, act }: { readonly actor: Actor; readonly surface: string; readonly act: Act },
): AuthorizedSites {
  const directory = deps.directory();
  const judged = directory.sites.flatMap((site) => {
    const found = authority(directory, actor, site.approvers);
    return keysOf(site).map((key) => ({ key, found }));
  });
  const own = judged.flatMap(({ key, found }) => (found.kind === 'may' ? [{ key, who: found.who }] : []));
  if (own.length === 0 && actor.kind !== 'operator') return { kind: 'nowhere', why: whyNowhere(judged) };
  const names = new Set(own.map(({ who }) => who));
  const [only] = names;
  const isOpen = ({ key }: { readonly key: SiteKey }): boolean =>
    refusedOver(deps, { site: key, surface, act }) === null;
  return {
    kind: 'reaches',
    who: names.size === 1 && only !== undefined ? only : actorName(actor),
    sites: own.filter(isOpen).map(keyOf),
    closed: own.filter((site) => !isOpen(site)).map(keyOf),
  };
}

/** That an account is shared is said first, because that can be changed. */
function whyNowhere(judged: readonly { readonly found: ReturnType<typeof authority> }[]): RefusedBecause {
  const isShared = judged.some(({ found }) => found.kind === 'may_not' && found.why === 'chat_user_linked_to_several');
  return isShared ? 'chat_user_linked_to_several' : 'not_an_approver_of_this_site';
}

function keyOf({ key }: { readonly key: SiteKey }): SiteKey {
  return key;
}
