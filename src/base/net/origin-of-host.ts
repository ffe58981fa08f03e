/** An origin by its host, written as browsers write it: lower case, without a trailing dot and without the scheme's own port. */

/** `stg.example.org`, `localhost:8080`. What is not plain ASCII, or an IPv6 address, is none. */
const HOST = /^[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?\.?(?::[1-9]\d{0,4})?$/;

/** `scheme`: `https:` or `http:`. Null: no host. */
export function originOfHost(scheme: string, host: string): string | null {
  const lower = host.toLowerCase();
  if (!HOST.test(lower) || lower.includes('..')) return null;
  const url = URL.canParse(`${scheme}//${lower}`) ? new URL(`${scheme}//${lower}`) : null;
  if (url === null) return null;
  url.hostname = url.hostname.replace(/\.$/, '');
  return url.origin;
}
