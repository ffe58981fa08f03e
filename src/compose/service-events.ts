/** What services did, as events. */
import { never } from '../base/process/never.js';
import type { Events } from '../events/events.js';
import type { ServiceEvent } from '../identity/services/service.js';

export function serviceEvents(events: Events): (happened: ServiceEvent) => void {
  return (happened) => {
    switch (happened.kind) {
      case 'signed_in_by_service': {
        const { kind, ...told } = happened;
        events.emit({ event: `auth_gate.${kind}`, ...told });
        return;
      }
      case 'refresh_token_reused': {
        const { kind, ...told } = happened;
        events.emit({ event: `auth_gate.${kind}`, ...told });
        return;
      }
      default:
        return never(happened);
    }
  };
}
