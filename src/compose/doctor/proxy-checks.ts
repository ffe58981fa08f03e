/** `gate doctor` on the proxies in front: what they ask wrongly, and what they must guarantee where a check may go without a name. */
import type { Directory } from '../../approval/site.js';
import type { Config } from '../../config/config.js';
import type { Check } from '../../contract/admin.js';
import { mayBeUnnamed } from '../../gate/check/site-entry.js';
import { networkToTrust, type ProxyFault } from '../../gate/check/proxy-faults.js';

export function proxyChecks(faults: readonly ProxyFault[], directory: Directory): readonly Check[] {
  const refused = faults.filter((fault) => !isMended(fault, directory)).map(checkOf);
  return directory.unnamedChecks ? [...refused, UNNAMED] : refused;
}

/** By a reload of sites.toml since. What the proxy itself has to change is over when it is not seen again. */
function isMended({ kind, name }: ProxyFault, directory: Directory): boolean {
  if (kind === 'address_of_a_proxy') return directory.siteOf(name)?.allowProxyAddress === true;
  if (kind === 'unnamed_check') return mayBeUnnamed(directory);
  return kind === 'unknown_name' && directory.siteOf(name) !== undefined;
}

function checkOf({ kind, peer, name, address = '' }: ProxyFault): Check {
  const of = { name: `proxy at ${peer === '' ? 'an unknown address' : peer}`, isOk: false };
  switch (kind) {
    case 'unnamed_check':
      return {
        ...of,
        detail: 'asks without naming the site it guards, and sites.toml has several: nobody is let in by it',
        cure: 'Use the files of deploy/ for it, or write /site/<a domain of the site> before /auth/ and /.koder-gate/ in its own. Only a proxy that cannot do that needs unnamed_checks = true.',
      };
    case 'unknown_name':
      return {
        ...of,
        detail: `names the site "${name}", which sites.toml does not have: nobody is let in by it`,
        cure: 'Correct the name in the proxy (for nginx it is the first server_name), or add it to the domains of its site and run: gate reload',
      };
    case 'address_of_a_proxy':
      return {
        ...of,
        detail: `its visitors come as ${address}, an address of a proxy or of this machine: nobody is let in by that, because everybody behind it would be`,
        cure: `Let it set X-Forwarded-For to the address its client connects from, and name proxies alone in TRUSTED_PROXIES. If you opened the site on the gate's own machine, all is well: open it on another one, or for a trial set allow_proxy_address = true for ${name} and run: gate reload`,
      };
    case 'stranger':
      return {
        ...of,
        detail: 'asks the gate plane and is none of TRUSTED_PROXIES, so it is answered 403',
        cure: 'If it is your proxy, add it to TRUSTED_PROXIES and restart the gate. If it is not, keep GATE_PORT to a network that nobody else is on.',
      };
    case 'not_trusted':
      return {
        ...of,
        detail: `sends ${name} and is not in TRUSTED_PROXIES, so that the visitors behind it are unknown: nobody is let in by it`,
        cure: `If it is your proxy, add it: TRUSTED_PROXIES=${networkToTrust(peer)}, and restart the gate. If not, see who asks the gate plane there.`,
      };
    case 'no_forwarded_for':
      return {
        ...of,
        detail:
          'is trusted and sends no X-Forwarded-For, so that the visitors behind it are unknown: nobody is let in by it',
        cure: 'Let it set X-Forwarded-For to the address its client connects from, as the files of deploy/ do.',
      };
  }
}

/** What a proxy asks wrongly is kept in memory by the process that it asks. Null: this process is the only one. */
export function scopeCheck({ roles, databaseUrl }: Pick<Config, 'roles' | 'databaseUrl'>): Check | null {
  if (databaseUrl === null) return null;
  const name = 'proxies';
  if (roles.has('gate')) {
    const detail =
      'asked of this process alone: what proxies ask wrongly of another one, gate doctor beside that one says';
    return { name, isOk: true, detail, cure: '' };
  }
  return {
    name,
    isOk: true,
    detail: 'asked of this process alone, which has not the role gate: what proxies ask wrongly is not seen from here',
    cure: 'Run gate doctor beside each process with the role gate: with GATE_ROLES=gate,admin it answers there. Its events (auth_gate.proxy_refused) tell of such a proxy, too.',
  };
}

const UNNAMED: Check = {
  name: 'checks without a name',
  isOk: true,
  detail:
    'unnamed_checks = true: where a check names no site, Host (nginx, Envoy) or X-Forwarded-Host (all others) decides. The proxy must refuse hosts that it does not serve and overwrite that header, or a visitor chooses the site whose rules apply to him',
  cure: '',
};
