/**
 * The e-mail channel's events of old: `email_sent` and `email_skipped` (RFC 001, section 11). Deprecated; existing
 * dashboards read them until they read `notifier_sent` and `notifier_failed`.
 */
import type { GateEvent } from './events.js';

const TWINNED_CHANNEL = 'email';

/** The old event that says the same; null for all that never had one. */
export function deprecatedTwin(event: GateEvent): GateEvent | null {
  if (event.event === 'auth_gate.notifier_sent' && event.channel === TWINNED_CHANNEL) {
    return { event: 'auth_gate.email_sent', host: event.host, token: event.token };
  }
  if (event.event === 'auth_gate.notifier_failed' && event.channel === TWINNED_CHANNEL) {
    return { event: 'auth_gate.email_skipped', host: event.host, token: event.token, error: event.error };
  }
  return null;
}
