/**
 * The issuer that somebody is known by, beside their subject, wherever they come from: a browser, a service's word, a site's list, a
 * logout. Where Microsoft Entra is configured for people of several tenants it is that of their tenant, as their tokens have it.
 */
interface AtProvider {
  readonly issuer: string;
  /** Null: no tenant is asked for. */
  readonly allowedTenants: readonly string[] | null;
}

export type PersonIssuer =
  | { readonly kind: 'known'; readonly issuer: string }
  | { readonly kind: 'tenant_missing' }
  | { readonly kind: 'not_allowed' };

/** What Microsoft's documents of these say is `https://login.microsoftonline.com/{tenantid}/v2.0`, and its tokens name the tenant. */
const OF_SEVERAL_TENANTS = /^https:\/\/login\.microsoftonline\.com\/(?:common|organizations|consumers)\/v2\.0$/;

export function isOfSeveralTenants({ issuer }: Pick<AtProvider, 'issuer'>): boolean {
  return OF_SEVERAL_TENANTS.test(issuer);
}

/** `tenant`: Microsoft's claim `tid`; null: none. */
export function issuerFor(provider: AtProvider, tenant: string | null): PersonIssuer {
  const { issuer, allowedTenants } = provider;
  const isOfSeveral = isOfSeveralTenants(provider);
  if (!isOfSeveral && allowedTenants === null) return { kind: 'known', issuer };
  if (tenant === null) return { kind: 'tenant_missing' };
  if (allowedTenants?.includes(tenant) !== true) return { kind: 'not_allowed' };
  return { kind: 'known', issuer: isOfSeveral ? ofTenant(tenant) : issuer };
}

/** All that its people may have. */
export function issuersOf(provider: AtProvider): readonly string[] {
  const { issuer, allowedTenants } = provider;
  return isOfSeveralTenants(provider) ? (allowedTenants ?? []).map(ofTenant) : [issuer];
}

function ofTenant(tenant: string): string {
  return `https://login.microsoftonline.com/${tenant}/v2.0`;
}
