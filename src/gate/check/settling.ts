/** Settles what the memory of grants, tokens or people was in doubt of: the database decides, and for a while what was remembered. */
import type { GrantCache } from '../grants/grant-cache.js';
import type { Passage } from '../passage/passage.js';
import { headerSafe } from './header-safe.js';
import type { TokenCache } from './tokens/token-cache.js';
import type { Verdict } from './verdict.js';

export interface SettlingDeps {
  readonly grants: Pick<GrantCache, 'confirm' | 'mayPassStale'>;
  readonly tokens: Pick<TokenCache, 'confirm' | 'mayPassStale'>;
  readonly passage: Pick<Passage, 'settle'>;
}

export function settling({ grants, tokens, passage }: SettlingDeps): (verdict: Verdict) => Promise<Verdict> {
  return async function settle(verdict): Promise<Verdict> {
    if (verdict.kind === 'unrecognised') return passage.settle(verdict);
    if (verdict.kind !== 'doubtful') return verdict;
    const { entry, address, stale, otherwise } = verdict;
    const { without } = stale;
    const isToken = without?.kind === 'token';
    const found = isToken ? await tokens.confirm(without.token) : await grants.confirm(entry.site.key, address);
    if (found === 'lives') return stale;
    if (found === 'none') return settle(otherwise);
    // each by its own: grants that can be read say nothing of tokens that cannot
    if (found === 'unavailable') return (isToken ? tokens : grants).mayPassStale() ? stale : settle(otherwise);
    return { ...stale, grantId: String(found.id), approver: headerSafe(found.grantedBy) };
  };
}
