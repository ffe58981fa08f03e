/** What the demo's Koder ID, and the one of the tests, is told of itself: one client, and nobody is asked for consent. */
import type Provider from 'oidc-provider';

export interface OpenIdPerson {
  readonly sub: string;
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly name?: string;
  readonly hd?: string;
}

interface Known {
  readonly provider: () => Provider | null;
  /** By their number. */
  readonly people: ReadonlyMap<string, OpenIdPerson>;
  /** In cookies. */
  readonly cookieKey: string;
  /** Private ones, as a key set has them; absent: those that come with the package, which are no secret. */
  readonly keys?: readonly object[];
}

/** `client`: what it knows of the gate, as client metadata of OpenID Connect Registration. */
export function openIdConfiguration(client: object, { provider, people, cookieKey, keys }: Known): unknown {
  return {
    clients: [client],
    cookies: { keys: [cookieKey] },
    ...(keys === undefined ? {} : { jwks: { keys } }),
    ttl: { Interaction: 600, Grant: 600, Session: 600, AccessToken: 600, IdToken: 600, AuthorizationCode: 60 },
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: { enabled: true, logoutSource },
    },
    // what it would send it through refuses loopback
    fetch(url: string, options: RequestInit) {
      delete options.dispatcher;
      return fetch(url, options);
    },
    claims: { openid: ['sub', 'hd'], email: ['email', 'email_verified'], profile: ['name'] },
    interactions: { url: (_context: unknown, { uid }: { readonly uid: string }) => `/interaction/${uid}` },
    findAccount: (_context: unknown, accountId: string) => ({ accountId, claims: () => people.get(accountId) }),
    // whoever signed in has agreed
    async loadExistingGrant({ oidc }: { readonly oidc: Record<'client' | 'session', Record<string, string>> }) {
      const of = { clientId: oidc.client['clientId'] ?? '', accountId: oidc.session['accountId'] ?? '' };
      const made = provider();
      if (made === null) throw new Error('it is asked once it listens');
      const grant = new made.Grant(of);
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  };
}

/** Its page for whoever comes to sign out. */
function logoutSource(context: { body: string }, form: string): void {
  context.body = `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Koder ID</title>
    <h1>Sign out of Koder ID?</h1>${form}
    <button form="op.logoutForm" name="logout" value="yes">Yes, sign me out</button></html>`;
}
