/** The hosts behind a pattern of `sites.toml`: those that have grants, since the file does not list them. */
import type { SiteKey } from '../../approval/brand.js';
import { isPattern } from '../../approval/site-pattern.js';
import type { DeskDeps } from '../deps.js';

/** `keys`, and for each pattern among them every host that fits it and has a grant, alive or not. */
export async function withPatternHosts(deps: DeskDeps, keys: readonly SiteKey[]): Promise<readonly SiteKey[]> {
  if (!keys.some(isPattern)) return keys;
  const hosts = (await deps.ledger.grants.sites()).filter((host) => isBehind(deps, keys, host));
  return [...new Set([...keys, ...hosts])];
}

/** Whether `host` fits one of the patterns among `keys`, and is not named by another site. */
export function isBehind(deps: DeskDeps, keys: readonly string[], host: string): boolean {
  const { pattern } = deps.directory().siteOf(host) ?? {};
  return pattern !== undefined && keys.includes(pattern);
}
