/**
 * Whether a POST comes from our own page. Protected hosts and the confirm host are one *site* to a browser, so SameSite
 * cookies alone do not keep them apart: the origin does.
 */

/** Headers by lower-case name, as `node:http` gives them. */
export type OriginHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** A missing `Origin` is refused: browsers send it with every POST (Fetch, "append a request Origin header"). */
export function sameOrigin(publicUrl: string, headers: OriginHeaders): boolean {
  const fetchSite = headers['sec-fetch-site'];
  if (fetchSite !== undefined && fetchSite !== 'same-origin') return false;
  return headers['origin'] === new URL(publicUrl).origin;
}
