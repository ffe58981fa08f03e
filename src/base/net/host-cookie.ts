/** A cookie of this host alone: `__Host-…`, so that no sibling host can set or read it. Plain http (loopback only) has no prefix. */
import type { OwnCookie } from './own-cookies.js';

export interface HostCookie {
  readonly name: string;
  /** A whole `Set-Cookie` value. */
  set(value: string): string;
  /** A `Set-Cookie` value that removes it. */
  clear(): string;
  /** The value out of a `Cookie` header; undefined when it is not there, or there twice. */
  read(header: string | undefined): string | undefined;
}

/** `Lax`, not `Strict`, so that a link in a mail brings it along. Whatever changes something also wants a form token or our origin. */
export function hostCookie(
  publicUrl: string,
  of: { readonly name: OwnCookie; readonly maxAgeSeconds: number },
): HostCookie {
  const isSecure = publicUrl.startsWith('https:');
  const name = isSecure ? `__Host-${of.name}` : of.name;
  const attributes = `Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
  return {
    name,
    set: (value) => `${name}=${value}; ${attributes}; Max-Age=${String(of.maxAgeSeconds)}`,
    clear: () => `${name}=; ${attributes}; Max-Age=0`,
    read(header) {
      const values = (header ?? '')
        .split(';')
        .map((pair) => pair.trim())
        .filter((pair) => pair.startsWith(`${name}=`))
        .map((pair) => pair.slice(name.length + 1));
      return values.length === 1 ? values[0] : undefined;
    },
  };
}
