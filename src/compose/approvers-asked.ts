/** Whom the request asks that a card's link names, as long as it waits: nobody where there is none. */
import type { Token } from '../approval/brand.js';
import { sha256Hex } from '../base/crypto/digest.js';
import type { Clock } from '../base/time/clock.js';
import type { Ledger } from '../contract/ledger.js';
import type { MailTo } from '../identity/links/mailing.js';

export function approversAsked({ requests }: Pick<Ledger, 'requests'>, clock: Pick<Clock, 'nowMs'>) {
  return async (token: Token): Promise<MailTo> => {
    const request = await requests.byTokenHash(sha256Hex(token));
    if (request?.decision !== null || request.deadlineAtMs <= clock.nowMs()) return { by: 'nobody' };
    return { by: 'request', request: request.id, approvers: await requests.approversOf(request.id) };
  };
}
