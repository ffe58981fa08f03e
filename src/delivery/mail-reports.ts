/** What mail systems report of a mail after they took it: recorded once on the delivery and in the event stream. */
import type { MailDoor } from '../contract/inbound.js';
import type { Ledger } from '../contract/ledger.js';
import type { Events } from '../events/events.js';

const SURFACE = 'email';

export interface MailReportParts {
  readonly ledger: { readonly deliveries: Pick<Ledger['deliveries'], 'report'> };
  readonly events: Events;
}

export function mailReports({ ledger, events }: MailReportParts): MailDoor {
  return {
    async report({ deliveryId, what, reason, callId }) {
      const audit = {
        who: 'mail system',
        what: `mail_${what}`,
        surface: SURFACE,
        site: null,
        address: null,
        detail: { delivery: deliveryId, reason },
      };
      const wish = { deliveryId, what, reason, replayKey: `${SURFACE}:${callId}` };
      const answer = await ledger.deliveries.report(wish, audit);
      if (answer === null) return 'unknown';
      if ('kind' in answer) return 'repeated';
      const { channel, requestId: request } = answer;
      events.emit({ event: 'auth_gate.mail_reported', channel, request, delivery: deliveryId, what, reason });
      return 'recorded';
    },
  };
}
