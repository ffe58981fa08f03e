/** Names in header fields: node:http refuses what HTTP does not carry, and a check must not fail for a name. */

const UNSAFE = /[^\x20-\x7e]/g;

/** Done once a name, where grants are read, and not once a request. */
export function headerSafe(name: string): string {
  return name.replace(UNSAFE, '?');
}
