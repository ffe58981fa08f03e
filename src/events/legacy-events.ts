/**
 * Events by the names that a channel had for them of old (RFC 001, section 11). Deprecated; existing dashboards read them
 * until they read `notifier_sent` and `notifier_failed`.
 */
import type { LegacyEvents } from '../contract/channel.js';
import type { GateEvent } from './events.js';

export interface LegacyEvent {
  readonly event: string;
  readonly host: string;
  readonly token: string;
  readonly error?: string;
}

/** The old event that says the same; null for all that never had one. `names`: by channel. */
export function legacyEvent(event: GateEvent, names: ReadonlyMap<string, LegacyEvents>): LegacyEvent | null {
  if (event.event !== 'auth_gate.notifier_sent' && event.event !== 'auth_gate.notifier_failed') return null;
  const named = names.get(event.channel);
  if (named === undefined) return null;
  const { host, token } = event;
  return event.event === 'auth_gate.notifier_sent'
    ? { event: named.sent, host, token }
    : { event: named.failed, host, token, error: event.error };
}
