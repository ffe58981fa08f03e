/** A request for machines: what `--json` prints. */
import type { Passing, RequestRecord } from '../approval/request.js';

/** ISO times in UTC; `site` is the site's key, or the host where that is no site of ours; `status` is `pending` or the outcome. */
export interface RequestData {
  readonly id: string;
  readonly site: string;
  readonly address: string;
  readonly path: string;
  readonly status: string;
  readonly openedAt: string;
  readonly expiresAt: string;
}

export function requestData(request: RequestRecord): RequestData {
  return {
    id: request.id,
    site: request.site ?? request.host,
    address: request.address,
    path: request.path,
    status: request.decision?.outcome ?? 'pending',
    openedAt: isoTime(request.openedAtMs),
    expiresAt: isoTime(request.deadlineAtMs),
  };
}

export function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}

/** Nothing where nobody passes all the same. */
export function passingData({ passing }: { readonly passing?: Passing }): object {
  return passing === undefined ? {} : { passing: { grant: passing.grant, until: isoTime(passing.untilMs) } };
}
