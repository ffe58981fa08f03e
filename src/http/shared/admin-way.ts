/** The way from the admin plane to proving again who is signed in, at the public plane, and back to the page that it was left from. */
import { localPath } from './way-back.js';

export const ADMIN_WAY_PATH = '/sign-in/admin';
/** Of both: a path at the admin plane. */
export const AT = 'at';

/** At the public plane. `path`: at the admin plane. */
export function againForAdmin(path: string): string {
  return `/sign-in/again?${new URLSearchParams({ for: 'admin', [AT]: path }).toString()}`;
}

/** A page of the public plane's that leads to a path of the admin plane's, whatever else is asked for: it names no origin. */
export function adminWay(path: string): string {
  return `${ADMIN_WAY_PATH}?${new URLSearchParams({ [AT]: path }).toString()}`;
}

export function isAdminWay(path: string | null): boolean {
  return path?.startsWith(`${ADMIN_WAY_PATH}?`) === true;
}

export function adminPathIn(value: unknown): string {
  return localPath(value) ?? '/';
}
