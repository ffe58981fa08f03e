/** Makes names safe for header fields: node:http throws for characters that HTTP cannot carry, and a check must not fail. */

const UNSAFE = /[^\x20-\x7e]/g;

/** Called when grants are read, so once for each name and not for each request. */
export function headerSafe(name: string): string {
  return name.replace(UNSAFE, '?');
}
