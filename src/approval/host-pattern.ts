/** Host patterns of producers: `stg.example.org`, or `*.example.org` for every host below it at any depth, never itself. */

const WILDCARD = '*.';

/** `host` without port. Case and a trailing dot do not matter. */
export function isHostMatch(pattern: string, host: string): boolean {
  const wanted = normalHost(pattern);
  const given = normalHost(host);
  if (!wanted.startsWith(WILDCARD)) return wanted !== '' && given === wanted;
  const below = wanted.slice(1); // with its dot: `.example.org` is not the end of `badexample.org`
  return below.length > 1 && given.endsWith(below) && given.length > below.length && !given.startsWith('.');
}

export function isHostAllowed(patterns: readonly string[], host: string): boolean {
  return patterns.some((pattern) => isHostMatch(pattern, host));
}

function normalHost(host: string): string {
  return host.trim().toLowerCase().replace(/\.$/, '');
}
