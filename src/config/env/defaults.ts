/** What holds where a variable is not set: read by the program, and written on the page. */
import { LOOPBACK_HOST } from '../listen-host.js';

export const DEFAULTS = {
  PUBLIC_PORT: 8080,
  GATE_PORT: 8081,
  GATE_HOST: LOOPBACK_HOST,
  ADMIN_PORT: 8082,
  ADMIN_HOST: LOOPBACK_HOST,
  PUBLIC_TLS_PORT: 8443,
  DEMO_SITE_PORT: 8083,
  DATA_DIR: '.gate',
  SITES_FILE: 'sites.toml',
  RECEIVER_FAILURES_PER_MINUTE: 60,
  GATE_STALE_MAX: 30,
  RETENTION_DAYS_REQUESTS: 90,
  RETENTION_DAYS_ATTEMPTS: 30,
  RETENTION_DAYS_DEAD_LETTERS: 30,
  RETENTION_DAYS_FAILURES: 180,
  SUPPRESSION_DAYS: 30,
  RETENTION_DAYS_ADDRESSES: 30,
  RETENTION_DAYS_AUDIT: 0,
  LOG_LEVEL: 'info',
} as const;

/** The same as text. */
export function byDefault(name: keyof typeof DEFAULTS): string {
  return String(DEFAULTS[name]);
}
