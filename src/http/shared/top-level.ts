/**
 * What a browser says a call is for (Fetch metadata). Our cookies come along from every page of the same site, and
 * protected hosts are that.
 */
import type { Request } from 'express';
import { isByPerson } from '../../base/net/by-person.js';

/** Whether they went there themselves, and were not led there by another site's script. */
export function isWanted({ headers }: Pick<Request, 'headers'>): boolean {
  return isByPerson(oneOf(headers['sec-fetch-site']), oneOf(headers['sec-fetch-user']));
}

/**
 * Whether a person goes to a page: no part of one, no script's call, and nothing loaded before it is wanted. An old
 * browser says nothing.
 */
export function isTopLevel({ headers }: Pick<Request, 'headers'>): boolean {
  const [mode, dest] = [headers['sec-fetch-mode'], headers['sec-fetch-dest']];
  const isAhead = headers['sec-purpose'] !== undefined || headers['purpose'] !== undefined;
  return !isAhead && (mode === undefined || mode === 'navigate') && (dest === undefined || dest === 'document');
}

function oneOf(header: string | readonly string[] | undefined): string | undefined {
  return header === undefined ? undefined : String(header);
}
