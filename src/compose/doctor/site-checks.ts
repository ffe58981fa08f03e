/** `gate doctor` on what passes sites without a grant: open paths, and the tokens of sites. */
import type { Directory, Site } from '../../approval/site.js';
import { utcMinute } from '../../approval/sentences.js';
import type { Check } from '../../contract/admin.js';
import type { Ledger, LiveSiteToken } from '../../contract/ledger.js';

const MAX_NAMED = 8;
/** Whoever renews a token wants to know it before the night in which it ends. */
const ENDS_SOON_MS = 7 * 86_400_000;

export async function siteChecks(
  directory: Directory,
  { serviceTokens }: Pick<Ledger, 'serviceTokens'>,
): Promise<readonly Check[]> {
  const live = await serviceTokens.liveAtSites().catch(() => null);
  return [openPathsCheck(directory), ...(live === null ? [UNKNOWN] : tokenChecks(directory, live))];
}

const UNKNOWN: Check = {
  name: 'site tokens',
  isOk: false,
  detail: 'unknown: the database does not answer',
  cure: 'See what is said of the database.',
};

function openPathsCheck({ sites }: Directory): Check {
  const open = sites.filter(({ openPaths, isGated }) => isGated && openPaths.length > 0).map(inWords);
  const detail = open.length === 0 ? 'none: every gated site asks for every path' : `without a grant: ${some(open)}`;
  return { name: 'open paths', isOk: true, detail, cure: '' };
}

function inWords({ key, openPaths }: Site): string {
  return `${key} ${openPaths.map(({ text }) => text).join(', ')}`;
}

function tokenChecks(
  directory: Directory,
  { nowMs, tokens }: { readonly nowMs: number; readonly tokens: readonly LiveSiteToken[] },
): readonly Check[] {
  if (tokens.length === 0) return [];
  const lost = tokens.filter(({ site }) => directory.siteOf(site)?.key !== site);
  const soon = tokens.filter((token) => !lost.includes(token) && token.untilMs - nowMs < ENDS_SOON_MS);
  const ending = soon.map(({ id, site, untilMs }) => `${id} of ${site} at ${utcMinute(untilMs)}`);
  const counted = `${String(tokens.length)} may be used${ending.length === 0 ? '' : `; within a week these end: ${some(ending)}`}`;
  const check: Check = { name: 'site tokens', isOk: true, detail: counted, cure: '' };
  if (lost.length === 0) return [check];
  const ofNone = lost.map(({ id, site }) => `${id} of ${site}`);
  return [
    check,
    {
      name: 'site tokens of no site',
      isOk: false,
      detail: `sites.toml has no such sites, so that these open nothing: ${some(ofNone)}`,
      cure: 'Revoke them (gate service-token revoke <id>). For a site whose first domain has changed, mint new ones.',
    },
  ];
}

function some(texts: readonly string[]): string {
  const more = texts.length - MAX_NAMED;
  return `${texts.slice(0, MAX_NAMED).join('; ')}${more > 0 ? `; and ${String(more)} more` : ''}`;
}
