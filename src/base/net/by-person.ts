/**
 * Whether the person themselves went to a page (Fetch metadata, `Sec-Fetch-Site` and `Sec-Fetch-User`): from a page of this very origin,
 * by a press, or by an address that they typed. Another site's script can lead a browser anywhere, again and again, and our cookies come
 * along. An old browser says nothing, and is believed.
 */
export function isByPerson(site: string | undefined, user: string | undefined): boolean {
  return site === undefined || site === 'none' || site === 'same-origin' || user === '?1';
}
