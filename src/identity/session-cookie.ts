/** The session cookie: `__Host-gate`, so that no sibling host can set or read it. Plain http (loopback only) has no prefix. */

export interface SessionCookie {
  readonly name: string;
  /** A whole `Set-Cookie` value. */
  set(value: string): string;
  /** A `Set-Cookie` value that removes it. */
  clear(): string;
  /** The value out of a `Cookie` header; undefined when it is not there, or there twice. */
  read(header: string | undefined): string | undefined;
}

const NAME = 'gate';

/** `Lax`, not `Strict`, so that a link in a mail opens the page signed in. Changes also need a form token and our origin. */
export function sessionCookie(publicUrl: string, maxAgeSeconds: number): SessionCookie {
  const isSecure = publicUrl.startsWith('https://');
  const name = isSecure ? `__Host-${NAME}` : NAME;
  const attributes = `Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
  return {
    name,
    set: (value) => `${name}=${value}; ${attributes}; Max-Age=${String(maxAgeSeconds)}`,
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
