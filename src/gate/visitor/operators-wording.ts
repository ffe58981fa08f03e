/** What the visitor's page says where only the operator can do something: whoever sees it there is told what. */
import { networkToTrust } from '../check/proxy-faults.js';
import { quiet, type Wording } from './wording.js';

/** For the operator, who sees this instead of the site; a visitor can do nothing with it. */
export function untrustedProxy(peer: string): Wording {
  return quiet(
    peer === '' ? 'The gate does not trust your proxy' : `The gate does not trust your proxy at ${peer}`,
    'What it says of visitors is not believed, so nobody can be let in. No request was sent.',
    `For the administrator: set TRUSTED_PROXIES=${networkToTrust(peer)}, beside what it names already, and restart the gate. gate doctor says when it is mended.`,
  );
}

export function noVisitor(kind: 'address_of_a_proxy' | 'address_of_nobody', address: string): Wording {
  const why =
    kind === 'address_of_nobody'
      ? 'No single visitor can have this address'
      : 'This is the address of the gate’s own machine or of a proxy, and everybody behind that would be let in with you';
  return quiet(
    `Nobody can be let in as ${address}`,
    `${why}. No request was sent.`,
    'For the administrator: the proxy in front must pass on its visitors’ own addresses, and TRUSTED_PROXIES and EDGE_NETWORKS name proxies alone. To try the gate out on one machine, the site can say allow_proxy_address = true. docs/threat-model.md says what that means.',
  );
}

export function silentProxy(): Wording {
  return quiet(
    'Who is asking?',
    'The reverse proxy in front of this site does not say whom it asks for, so nobody can be let in. No request was sent.',
    'For the administrator: let the proxy set X-Forwarded-For to the address its client connects from, as the files of deploy/ do. gate doctor says when it is mended.',
  );
}

export function unnamedCheck(): Wording {
  return quiet(
    'The proxy must name its site',
    'The reverse proxy in front of this site asks the gate without saying which site it guards, and the gate has several. Nobody was let in and no request was sent.',
    'For the administrator: use the files of deploy/ for this proxy, or write /site/<name of the site> before /auth/ and /.koder-gate/ in its own. docs/threat-model.md says why; gate doctor says when it is mended.',
  );
}

/** A visitor who calls a site by another name learns nothing; a proxy that names a site which nobody has is the operator's mistake. */
export function noSuchSite(isNameUnknown: boolean): Wording {
  const more = isNameUnknown ? ['For the administrator: gate doctor says more.'] : [];
  return quiet('No such site', 'Nothing is served under this name.', ...more);
}

export function unreadAddress(): Wording {
  return quiet(
    'Who is asking?',
    'Your address could not be read, so nobody can let you in.',
    'This is a fault of the site: its administrator can mend it.',
  );
}
