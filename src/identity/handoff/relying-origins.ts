/** The origins to which somebody who is signed in is handed on. Found by the host itself, never by what it ends in. */
import { isPattern } from '../../approval/site-pattern.js';
import { usesSignIn, type Directory, type Site } from '../../approval/site.js';
import { originOfHost } from '../../base/net/origin-of-host.js';

export interface RelyingOrigin {
  /** `https://stg.example.org`. */
  readonly origin: string;
  /** As people know it. */
  readonly host: string;
  readonly site: Site | null;
}

export interface RelyingOrigins {
  /** By a host as a browser writes it, port and all; null: none of ours. */
  find(host: string): RelyingOrigin | null;
}

/** The admin plane by exactly its host, and otherwise the others. */
export function withAdmin(adminUrl: string, others: RelyingOrigins): RelyingOrigins {
  const { host } = new URL(adminUrl);
  return { find: (asked) => (asked === host ? { origin: adminUrl, host, site: null } : others.find(asked)) };
}

/** The protected hosts, as `sites.toml` has them at the moment. They have the scheme of the auth host. */
export function protectedOrigins(directory: () => Directory, publicUrl: string): RelyingOrigins {
  const { protocol } = new URL(publicUrl);
  return {
    find(host) {
      const origin = originOfHost(protocol, host);
      if (origin === null) return null;
      const { hostname } = new URL(origin);
      const site = isPattern(hostname) ? undefined : directory().siteOf(hostname);
      return site === undefined || !usesSignIn(site) ? null : { origin, host: hostname, site };
    },
  };
}
