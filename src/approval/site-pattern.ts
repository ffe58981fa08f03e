/**
 * Preview hosts: `*.preview.example.org` among a site's domains stands for every host with exactly one label in the place of the
 * star. Each such host is a site of its own, with the rules of the table: what is asked, granted and muted there is under its own
 * name. A pattern's own key stands for all of them where a whole site is meant: for mutes, and where sites are listed.
 */
import type { SiteKey } from './brand.js';
import type { Site } from './site.js';

const STAR = '*.';

export function isPattern(name: string): boolean {
  return name.startsWith(STAR);
}

/** The one pattern that a host can fit, since the star is exactly one label; of `localhost` none. */
export function patternOver(host: string): string {
  const end = host.indexOf('.');
  return end <= 0 ? '' : `*${host.slice(end)}`;
}

/** A site of `sites.toml` at one of the hosts that fit its pattern, or at the pattern itself. */
export function siteAt(site: Site, at: { readonly pattern: string; readonly host: string }): Site {
  return {
    ...site,
    key: at.host as SiteKey,
    domains: [at.host],
    pattern: at.pattern as SiteKey,
    // judged anew at every question: an exception ends by itself
    get isGated() {
      return site.isGated;
    },
  };
}

/** The site of a host in canonical form, or of a pattern: a name goes before a pattern. `byDomain` as sites.toml lists them. */
export function siteIn(byDomain: ReadonlyMap<string, Site>, host: string): Site | undefined {
  const named = byDomain.get(host);
  if (named !== undefined) return isPattern(host) ? siteAt(named, { pattern: host, host }) : named;
  const pattern = patternOver(host);
  const over = byDomain.get(pattern);
  return over === undefined ? undefined : siteAt(over, { pattern, host });
}

/** What a site is called: by a name where it has one, since a pattern stands for the hosts that fit it. */
export function keyAmong(domains: readonly string[]): SiteKey {
  return (domains.find((domain) => !isPattern(domain)) ?? domains[0] ?? '') as SiteKey;
}

/** Every key under which something of this site may stand that is known without looking: its own, and its patterns. */
export function keysOf({ key, domains }: Pick<Site, 'key' | 'domains'>): readonly SiteKey[] {
  return [...new Set([key, ...domains.filter(isPattern).map((pattern) => pattern as SiteKey)])];
}
