/** The table `[identity]` of `sites.toml`: how long whoever signed in stays so, and how well they prove who they are. */
import { z } from 'zod';
import { SECOND_FACTORS, USUAL_IDENTITY, type IdentityPolicy } from '../../approval/identity-policy.js';
import { described } from '../described.js';
import { readTable } from '../read-table.js';
import { readServices } from './identity/services.js';
import type { Reading } from './reading.js';

const PATH = 'identity';
/** Use is noted every few minutes, so less could not be told from no use at all. */
const MIN_SECONDS = 900;
const MAX_IDLE_SECONDS = 2_592_000;
const MAX_SECONDS = 7_776_000;

export const IDENTITY_KEYS = {
  session_idle_sec: described(z.int().min(MIN_SECONDS).max(MAX_IDLE_SECONDS), {
    meaning:
      'A session that nobody uses for so long is over, give or take five minutes. Read again, it holds for each session from its next use on.',
    form: `seconds, ${String(MIN_SECONDS)} to ${String(MAX_IDLE_SECONDS)} (30 days)`,
    default: `${String(USUAL_IDENTITY.sessionIdleSeconds)} (12 h), or \`session_max_sec\` where that is less`,
    example: '28800',
    readBy: 'public and admin plane',
  }),
  session_max_sec: described(z.int().min(MIN_SECONDS).max(MAX_SECONDS), {
    meaning: 'So long after signing in a session is over, however much it is used.',
    form: `seconds, ${String(MIN_SECONDS)} to ${String(MAX_SECONDS)} (90 days), and no less than \`session_idle_sec\``,
    default: `${String(USUAL_IDENTITY.sessionMaxSeconds)} (14 days), or \`session_idle_sec\` where that is more`,
    example: '604800',
    readBy: 'public and admin plane',
  }),
  second_factor: described(z.enum(SECOND_FACTORS), {
    meaning:
      'Whether whoever signed in by one factor (a link, a provider) gives a second one: a passkey, or a number of an authenticator app. `offered`: whoever has set one up. `required`: everybody, who sets one up at first. Read again, it holds at once, for sessions that there are, too.',
    form: '`off`, `offered` or `required`',
    default: '`offered`',
    example: '"required"',
    readBy: 'public and admin plane',
  }),
};

/** `providers`: the names of those that there are. */
export function readIdentity(raw: unknown, providers: readonly string[], reading: Reading): IdentityPolicy {
  const { values, problems } = readTable(raw ?? {}, IDENTITY_KEYS, {
    file: reading.file,
    path: PATH,
    others: ['providers', 'services'],
  });
  reading.tellAll(problems);
  const { session_idle_sec: idle, session_max_sec: max, second_factor: secondFactor } = values;
  if (idle !== undefined && max !== undefined && idle > max)
    reading.tell(`${PATH}.session_idle_sec`, {
      problem: `is ${String(idle)}, more than session_max_sec, which is ${String(max)}`,
      cure: 'Write at most that, or raise session_max_sec.',
    });
  return {
    sessionIdleSeconds: idle ?? Math.min(USUAL_IDENTITY.sessionIdleSeconds, max ?? Number.POSITIVE_INFINITY),
    secondFactor: secondFactor ?? USUAL_IDENTITY.secondFactor,
    services: readServices(raw, providers, reading),
    sessionMaxSeconds: max ?? Math.max(USUAL_IDENTITY.sessionMaxSeconds, idle ?? 0),
  };
}
