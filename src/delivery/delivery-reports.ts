/** What a channel's peer reports of a delivery after it took it: recorded once on the delivery and in the event stream. */
import type { ReportNames } from '../contract/channel.js';
import type { ReportHandler } from '../contract/inbound.js';
import type { Ledger } from '../contract/ledger.js';
import { isHardBounce } from './hard-bounce.js';
import type { Events } from '../events/events.js';

export interface DeliveryReportDeps {
  readonly ledger: { readonly deliveries: Pick<Ledger['deliveries'], 'report'> };
  readonly events: Events;
  /** By channel, of those that report. */
  readonly names: ReadonlyMap<string, ReportNames>;
  /** So long no mail goes to an address from which one bounced for good, or whose owner complained. */
  readonly suppressForMs: number;
}

export function deliveryReports({ ledger, events, names, suppressForMs }: DeliveryReportDeps): ReportHandler {
  return {
    async report({ over, deliveryId, what, reason, callId }) {
      const named = names.get(over);
      if (named === undefined) throw new Error(`the registry does not say that ${over} reports`);
      const audit = {
        who: named.by,
        what: `${named.as}_${what}`,
        surface: over,
        site: null,
        address: null,
        detail: { delivery: deliveryId, reason },
      };
      const isForGood = what === 'complained' || (what === 'bounced' && isHardBounce(reason));
      const forMs = isForGood ? suppressForMs : 0;
      const input = { deliveryId, what, reason, replayKey: `${over}:${callId}`, suppressForMs: forMs };
      const answer = await ledger.deliveries.report(input, audit);
      if (answer === null) return 'unknown';
      if (answer.kind === 'repeated') return 'repeated';
      const { channel, requestId: request } = answer;
      events.emit({ event: `auth_gate.${named.as}_reported`, channel, request, delivery: deliveryId, what, reason });
      return 'recorded';
    },
  };
}
