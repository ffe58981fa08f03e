/** Granting and revoking by hand: an approver on the sites it decides for, an operator everywhere. */
import { authority, sitesOf, strangerBecause } from '../approval/authority.js';
import type { SiteKey, VisitorAddress } from '../approval/brand.js';
import { cappedTtlSeconds } from '../approval/policy.js';
import { typedAddress } from '../base/address.js';
import type { Desk, GrantAnswer, RevokeAnswer } from '../contract/desk.js';
import { orUnavailable, type DeskParts } from './parts.js';
import { refuse } from './refusal.js';

type GrantWish = Parameters<Desk['grant']>[0];
type RevokeWish = Parameters<Desk['revoke']>[0];

/** A grant's number; anything longer is no number that a ledger gives. */
const GRANT_NUMBER = /^\d{1,15}$/;

export async function grant(parts: DeskParts, wish: GrantWish): Promise<GrantAnswer> {
  const { actor, surface } = wish;
  return orUnavailable(parts.log, 'grant', async () => {
    const directory = parts.directory();
    const stranger = strangerBecause(directory, actor);
    if (stranger !== null) return refuse(parts, { actor, surface, verb: 'grant' }, stranger);
    const site = directory.siteOf(wish.site.toLowerCase());
    if (site === undefined) return { kind: 'unknown_site' };
    const found = authority(directory, actor, site.approvers);
    if (found.kind === 'may_not') return refuse(parts, { actor, surface, verb: 'grant', site: site.key }, found.why);
    const address = typedAddress(wish.address) as VisitorAddress | null;
    if (address === null) return { kind: 'bad_address' };

    const ttlSeconds = cappedTtlSeconds(wish.ttlSeconds, site.grantTtlSeconds);
    const replayKey = `${surface}:${wish.tapId}`;
    const audit = { who: found.who, what: 'granted', surface, site: site.key, address, detail: { ttlSeconds } };
    const made = await parts.ledger.grants.grant(
      { site: site.key, address, ttlSeconds, by: found.who, replayKey },
      audit,
    );
    if ('kind' in made) return made;
    const until = new Date(made.untilMs).toISOString();
    parts.events.emit({ event: 'auth_gate.granted', grant: made.id, site: site.key, address, by: found.who, until });
    return { kind: 'granted', grant: made };
  });
}

export async function revoke(parts: DeskParts, wish: RevokeWish): Promise<RevokeAnswer> {
  const { actor, surface } = wish;
  return orUnavailable(parts.log, 'revoke', async () => {
    const directory = parts.directory();
    const stranger = strangerBecause(directory, actor);
    if (stranger !== null) return refuse(parts, { actor, surface, verb: 'revoke' }, stranger);
    const meant = grantsMeant(wish.what.trim());
    if (meant === null) return { kind: 'unknown' };
    const own = sitesOf(directory, actor);
    const found = authority(directory, actor, own[0]?.approvers ?? []);
    if (found.kind === 'may_not') return refuse(parts, { actor, surface, verb: 'revoke' }, found.why);

    const sites = actor.kind === 'operator' ? await everySite(parts) : own.map((site) => site.key);
    const address = 'address' in meant ? meant.address : null;
    const audit = { who: found.who, what: 'revoked', surface, site: null, address, detail: { wish: wish.what.trim() } };
    const replayKey = `${surface}:${wish.tapId}`;
    const revoked = await parts.ledger.grants.revoke({ sites, ...meant, by: found.who, replayKey }, audit);
    if ('kind' in revoked) return revoked;
    for (const { id, site, address: visitor } of revoked) {
      parts.events.emit({ event: 'auth_gate.revoked', grant: id, site, address: visitor, by: found.who });
    }
    return revoked.length === 0 ? { kind: 'unknown' } : { kind: 'revoked', grants: revoked };
  });
}

function grantsMeant(what: string): { readonly id: number } | { readonly address: VisitorAddress } | null {
  if (GRANT_NUMBER.test(what)) return { id: Number(what) };
  const address = typedAddress(what) as VisitorAddress | null;
  return address === null ? null : { address };
}

/** What is still granted on sites that left sites.toml is within an operator's reach, too. */
async function everySite(parts: DeskParts): Promise<readonly SiteKey[]> {
  const { grants } = await parts.ledger.grants.live();
  return [...new Set([...parts.directory().sites.map((site) => site.key), ...grants.map((live) => live.site)])];
}
