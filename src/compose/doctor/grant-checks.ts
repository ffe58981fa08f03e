/**
 * What `gate doctor` says of live grants whose address is no visitor's own: from a time when the gate wrote such grants, or given
 * by an operator who meant it. Those of a proxy go on counting until they end; those of nobody let nobody pass.
 */
import { MAX_LISTED_GRANTS } from '../../approval/listed.js';
import type { Directory } from '../../approval/site.js';
import { addressScope, type AddressScope } from '../../base/net/address-scope.js';
import type { Config } from '../../config/config.js';
import type { Check } from '../../contract/admin.js';
import type { GrantRecord, Ledger } from '../../contract/ledger.js';

const MAX_NAMED = 5;
const OPERATOR = 'operator:';

/** Nothing where there are none, or where the database does not answer, which another check says. */
export async function grantChecks(
  { grants }: Pick<Ledger, 'grants'>,
  facts: Pick<Config, 'trustedProxies' | 'edgeNetworks'> & { readonly directory: Directory },
): Promise<readonly Check[]> {
  const live = await grants.list({ sites: null, limit: MAX_LISTED_GRANTS }).catch(() => []);
  const scopeOf = addressScope(facts.trustedProxies, facts.edgeNetworks);
  const of = (scope: AddressScope): readonly GrantRecord[] => live.filter(({ address }) => scopeOf(address) === scope);
  const isAllowed = ({ site }: GrantRecord): boolean => facts.directory.siteOf(site)?.allowProxyAddress === true;
  const proxies = of('proxy').filter((grant) => !isAllowed(grant));
  return [
    ...checkOf(proxies, {
      isOk: proxies.every(({ grantedBy }) => grantedBy.startsWith(OPERATOR)),
      what: 'grants for this machine, a trusted proxy or an edge let in whoever is behind something that hides addresses there',
      cure: 'Unless they are meant: gate revoke <number>. Where they are, the site can say allow_proxy_address = true.',
    }),
    ...checkOf(of('nobody'), {
      isOk: false,
      what: 'grants for what no single visitor can have, of a former version, let nobody pass',
      cure: 'Whoever they were for asks again, by an address of his own. To take them away: gate revoke <number>.',
    }),
  ];
}

function checkOf(
  found: readonly GrantRecord[],
  { isOk, what, cure }: { readonly isOk: boolean; readonly what: string; readonly cure: string },
): readonly Check[] {
  if (found.length === 0) return [];
  const named = found.slice(0, MAX_NAMED).map(({ id, address, site }) => `${String(id)} (${address} on ${site})`);
  const more = found.length > MAX_NAMED ? `, and ${String(found.length - MAX_NAMED)} more` : '';
  return [{ name: 'addresses of grants', isOk, detail: `${what}: ${named.join(', ')}${more}`, cure }];
}
