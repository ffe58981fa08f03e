/** The bearer of a call (RFC 6750, section 2.1), for every plane. Whom it belongs to is for others to say. */
import { singleHeader, type RawHeaders } from '../../base/net/raw-headers.js';

/** The token of `Authorization: Bearer <token>`; null when there is none. */
export function bearerOf(authorization: string | undefined): string | null {
  return /^Bearer ([\x21-\x7e]{1,4096})$/i.exec(authorization ?? '')?.[1] ?? null;
}

/** The same from headers as they came: two `Authorization` lines are none, because two readers may take one each. */
export function onlyBearer(raw: RawHeaders): string | null {
  return bearerOf(singleHeader(raw, 'authorization') ?? undefined);
}
