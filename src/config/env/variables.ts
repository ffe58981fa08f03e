/** The gate's own environment variables: their words and their checks. A channel's stand in its registry entry. */
import { z } from 'zod';
import type { LogLevel } from '../../base/process/log.js';
import { Secret } from '../../base/crypto/secret.js';
import type { Setting } from '../../contract/setting.js';
import { described, settingsOf } from '../described.js';
import { gateKeysWrong, parseGateKeys } from '../gate-keys.js';
import { wholeNumber } from '../numbers.js';
import type { Wrong } from '../problems.js';
import { judged } from '../read-table.js';
import { parseRoles, ROLES, rolesWrong } from '../roles.js';
import { byDefault } from './defaults.js';
import { NETWORK_VARIABLES, PORT, port } from './network-variables.js';

const LOG_LEVELS = [
  'fatal',
  'error',
  'warn',
  'info',
  'debug',
  'trace',
  'silent',
] as const satisfies readonly LogLevel[];
/** With more than this, a revoked visitor could pass all through a long outage. */
const MAX_STALE_SECONDS = 3_600;
/** A century. Whoever wants to keep things for ever writes 0. */
const MAX_RETENTION_DAYS = 36_500;
const MAX_FAILURES_PER_MINUTE = 100_000;

/** As long as nobody guesses. */
const MIN_TOKEN_CHARACTERS = 20;

const days = wholeNumber(0, MAX_RETENTION_DAYS);

const DAYS = `days, 0 to ${String(MAX_RETENTION_DAYS)}; 0: for ever`;

/** Each variable with its check; the page lists them in this order. */
export const SHAPE = {
  ...NETWORK_VARIABLES,
  GATE_SECRET: described(judged(gateKeysWrong).transform(parseGateKeys), {
    meaning:
      'Encrypts tokens and the bodies of kept calls in the database, and derives the keys of the embedded Talk. To rotate it, name several: the first encrypts, all decrypt. Required.',
    form: '64 hex digits (`openssl rand -hex 32`); several, comma-separated',
    readBy: 'every process; the same in all of them',
  }),
  DATA_DIR: described(z.string(), {
    meaning: 'The folder of the SQLite database and of the admin token.',
    form: 'a path',
    default: byDefault('DATA_DIR'),
    readBy: 'every process',
  }),
  SITES_FILE: described(z.string(), {
    meaning: 'The file that says which sites are protected, and by whom. `gate reload` reads it again.',
    form: 'a path',
    default: byDefault('SITES_FILE'),
    readBy: 'every process',
  }),
  DATABASE_URL: described(
    judged(databaseWrong).transform((text) => new Secret(text)),
    {
      meaning: 'A PostgreSQL database to use instead of SQLite; several processes can share one.',
      form: '`postgres://user:password@host:5432/database`',
      default: 'SQLite in `DATA_DIR`',
      example: 'postgres://user:password@localhost:5432/gate',
      readBy: 'every process',
    },
  ),
  GATE_ROLES: described(judged(rolesWrong).transform(parseRoles), {
    meaning:
      'What this process does. `public`, `gate` and `admin` open their ports; `courier` sends, retries, expires and holds the sockets of Slack and Discord. `gate serve --roles` goes before it.',
    form: `of ${ROLES.map((role) => `\`${role}\``).join(', ')}, comma-separated`,
    default: 'all of them',
    example: ROLES.join(','),
    readBy: 'each process for itself',
  }),
  RECEIVER_FAILURES_PER_MINUTE: described(wholeNumber(1, MAX_FAILURES_PER_MINUTE), {
    meaning:
      'How often one address may fail at one receiver of the public plane (a wrong signature, say) before it is answered 429.',
    form: `calls a minute, 1 to ${String(MAX_FAILURES_PER_MINUTE)}`,
    default: byDefault('RECEIVER_FAILURES_PER_MINUTE'),
    readBy: 'public plane',
  }),
  GEO_FILE: described(z.string(), {
    meaning: 'A country database to use instead of the packaged one.',
    form: 'the path of an MMDB file',
    default: 'the packaged one',
    readBy: 'gate plane',
  }),
  GATE_STALE_MAX: described(wholeNumber(0, MAX_STALE_SECONDS), {
    meaning: 'How long known addresses pass while the database is out of reach.',
    form: `seconds, 0 to ${String(MAX_STALE_SECONDS)}`,
    default: byDefault('GATE_STALE_MAX'),
    readBy: 'gate plane',
  }),
  RETENTION_DAYS_REQUESTS: described(days, {
    meaning: 'How long past requests are kept, with their deliveries and attempts.',
    form: DAYS,
    default: byDefault('RETENTION_DAYS_REQUESTS'),
    readBy: 'courier',
  }),
  RETENTION_DAYS_ATTEMPTS: described(days, {
    meaning: 'How long single attempts of past deliveries are kept.',
    form: DAYS,
    default: byDefault('RETENTION_DAYS_ATTEMPTS'),
    readBy: 'courier',
  }),
  RETENTION_DAYS_DEAD_LETTERS: described(days, {
    meaning: 'How long refused calls are kept.',
    form: DAYS,
    default: byDefault('RETENTION_DAYS_DEAD_LETTERS'),
    readBy: 'courier',
  }),
  RETENTION_DAYS_FAILURES: described(days, {
    meaning:
      'How long records of what failed or bounced are kept that nobody resolves, beyond their deliveries (`gate failures`).',
    form: DAYS,
    default: byDefault('RETENTION_DAYS_FAILURES'),
    readBy: 'courier',
  }),
  SUPPRESSION_DAYS: described(days, {
    meaning:
      'How long no mail goes to an address from which one bounced for good, or whose owner complained (`gate suppressions`).',
    form: 'days; 0: none is suppressed',
    default: byDefault('SUPPRESSION_DAYS'),
    readBy: 'courier, public plane',
  }),
  RETENTION_DAYS_ADDRESSES: described(days, {
    meaning:
      "After how long visitors' addresses, user agents and paths are erased, in requests and in the audit trail; messages of the embedded Talk are removed.",
    form: DAYS,
    default: byDefault('RETENTION_DAYS_ADDRESSES'),
    readBy: 'courier',
  }),
  RETENTION_DAYS_AUDIT: described(days, {
    meaning: 'After how long names and details in the audit trail are erased. Its entries stay, and still verify.',
    form: DAYS,
    default: byDefault('RETENTION_DAYS_AUDIT'),
    readBy: 'courier',
  }),
  METRICS_TOKEN: described(
    judged(metricsTokenWrong).transform((text) => new Secret(text)),
    {
      meaning:
        'The bearer by which a scraper reads `/metrics` of the admin plane, and nothing else. Without it, only operators read it. [telemetry.md](telemetry.md#prometheus) has an example.',
      form: `${String(MIN_TOKEN_CHARACTERS)} visible ASCII characters or more, such as \`openssl rand -hex 32\` makes`,
      default: 'none',
      readBy: 'admin plane',
    },
  ),
  LOG_LEVEL: described(z.enum(LOG_LEVELS), {
    meaning: 'How much the log on standard error tells.',
    form: `of ${LOG_LEVELS.map((level) => `\`${level}\``).join(', ')}`,
    default: byDefault('LOG_LEVEL'),
    example: 'info',
    readBy: 'every process',
  }),
  DEMO_SITE_PORT: described(port, {
    meaning: 'Port of the protected sample site of the demo.',
    form: PORT,
    default: byDefault('DEMO_SITE_PORT'),
    readBy: '`gate demo`',
  }),
} satisfies z.ZodRawShape;

/** Name -> its words. */
export const VARIABLES = settingsOf(SHAPE) as Readonly<Record<keyof typeof SHAPE, Setting>>;

/** The problem never quotes the value: it holds a password. */
function databaseWrong(text: string): Wrong | null {
  const cure = 'Write postgres://user:password@host:5432/database, or leave it out for SQLite in DATA_DIR.';
  if (!URL.canParse(text)) return { problem: 'is not a URL', cure };
  const { protocol } = new URL(text);
  return protocol === 'postgres:' || protocol === 'postgresql:' ? null : { problem: `begins with ${protocol}`, cure };
}

function metricsTokenWrong(text: string): Wrong | null {
  if (text.length >= MIN_TOKEN_CHARACTERS && /^[\x21-\x7e]+$/.test(text)) return null;
  const cure = `Use at least ${String(MIN_TOKEN_CHARACTERS)} visible ASCII characters without spaces: openssl rand -hex 32 makes some.`;
  return { problem: 'is too short or has characters that no header takes', cure };
}
