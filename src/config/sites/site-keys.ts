/** The keys of one site in `sites.toml` (RFC 001, section 6.3, and the environments policy), each with its own check. */
import { z } from 'zod';
import type { Environment } from '../../approval/request.js';
import { canonicalHost } from '../host.js';
import { networkWrong } from '../network.js';
import type { Wrong } from '../problems.js';
import { judged } from '../read-table.js';
import { webAddressWrong } from '../web-address.js';

/** A grant under a minute ends before the page is read; whoever needs more than a year belongs in the allowed networks. */
const GRANT_TTL_SECONDS = { min: 60, max: 31_536_000 };
/** The RFC's payload allows these bounds for `ttl_seconds`. */
const REQUEST_TTL_SECONDS = { min: 30, max: 86_400 };

const EMAIL = /^[^\s@<>,;"]{1,64}@[^\s@<>,;"]{1,255}$/;
const HANDLE = /^[^\s\p{Cc}]{1,128}$/u;

export const handle = judged((text) =>
  HANDLE.test(text)
    ? null
    : { problem: `is no handle`, cure: 'Write a name of 1 to 128 characters without spaces, like rpm@koder.dev.' },
);

const oneOrSeveral = (schema: z.ZodString) =>
  z.preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(schema).min(1));

export const SITE_KEYS = {
  domains: z.array(judged(hostWrong)).min(1),
  environment: judged(environmentWrong),
  permanent_whitelist: z.array(judged((text) => networkWrong(text, { bare: false }))),
  exceptions: z.array(judged(exceptionWrong)).min(1),
  exceptions_justification: z.string().trim().min(1),
  exceptions_expire: z.preprocess((value) => (value instanceof Date ? value.toISOString() : value), judged(dateWrong)),
  auth_gate: z.unknown(),
};

export const AUTH_GATE_KEYS = {
  enabled: z.boolean(),
  admin_email: judged((text) =>
    EMAIL.test(text) ? null : { problem: `is no e-mail address`, cure: 'Write one address: rpm@example.org.' },
  ),
  admin: oneOrSeveral(handle),
  notifiers: z.array(z.string()).min(1),
  whitelist_ttl_sec: z.int().min(GRANT_TTL_SECONDS.min).max(GRANT_TTL_SECONDS.max),
  request_ttl_sec: z.int().min(REQUEST_TTL_SECONDS.min).max(REQUEST_TTL_SECONDS.max),
  geofence: z.array(judged(countryWrong)).check((context) => {
    if (context.value.length > 0) return;
    const cure = 'Leave the key out for no geofence, or name countries: ["BR"].';
    context.issues.push({
      code: 'custom',
      input: [],
      message: 'is empty, which would shut everybody out',
      params: { cure },
    });
  }),
  confirm_endpoint: judged((text) => webAddressWrong(text, 'any')),
};

/** Example values as they are written in the file, for cures. */
export const EXAMPLES = {
  domains: '["stg.example.org"]',
  environment: '"stg"',
  permanent_whitelist: '["192.0.2.0/24"]',
  exceptions: '["auth_gate_disabled"]',
  exceptions_justification: '"Demo to a partner"',
  exceptions_expire: '"2030-01-31"',
  enabled: 'true',
  admin_email: '"rpm@example.org"',
  admin: '"rpm@koder.dev"',
  notifiers: '["email", "talk"]',
  whitelist_ttl_sec: '86400',
  request_ttl_sec: '600',
  geofence: '["BR"]',
  confirm_endpoint: '"https://confirm.example.org/req"',
  url: '"https://talk.example.org/api/v1/bots/koder-gate/approvals"',
  may: '"deny_only"',
  max_ttl_sec: '3600',
} as const;

function hostWrong(text: string): Wrong | null {
  if (text.includes('*'))
    return { problem: `"${text}" is a pattern`, cure: 'A site is one host: list every host by its name.' };
  if (canonicalHost(text) !== null) return null;
  return {
    problem: `"${text}" is not a host name`,
    cure: 'Write the host alone, without scheme and path: stg.example.org.',
  };
}

const SPELLINGS: ReadonlyMap<string, Environment> = new Map([
  ['dev', 'dev'],
  ['devel', 'dev'],
  ['develop', 'dev'],
  ['development', 'dev'],
  ['stg', 'stg'],
  ['stage', 'stg'],
  ['staging', 'stg'],
  ['prd', 'prd'],
  ['prod', 'prd'],
  ['production', 'prd'],
  ['live', 'prd'],
]);

function isEnvironment(text: string): text is Environment {
  return text === 'dev' || text === 'stg' || text === 'prd';
}

/** The environment that is written or was meant, so that the rest can be checked by it; absent and unknown count as `dev`. */
export function environmentMeant(written: unknown): Environment {
  return (typeof written === 'string' ? SPELLINGS.get(written.trim().toLowerCase()) : undefined) ?? 'dev';
}

function environmentWrong(text: string): Wrong | null {
  if (isEnvironment(text)) return null;
  const isKnown = SPELLINGS.has(text.trim().toLowerCase());
  const cure = isKnown ? `Write environment = "${environmentMeant(text)}".` : 'Write "dev", "stg" or "prd".';
  return { problem: `"${text}" is not an environment code (dev, stg, prd)`, cure };
}

function exceptionWrong(text: string): Wrong | null {
  if (/^[a-z][a-z0-9_]{0,63}$/.test(text)) return null;
  return { problem: `"${text}" is not an exception's name`, cure: 'Write it like auth_gate_disabled.' };
}

/** A calendar day, or a point in time of which the day counts. */
function dateWrong(text: string): Wrong | null {
  const day = text.slice(0, 10);
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day)) && /^($|T| )/.test(text.slice(10));
  return isDay ? null : { problem: `"${text}" is not a date`, cure: 'Write year, month and day: "2030-01-31".' };
}

const regionNames = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

function countryWrong(text: string): Wrong | null {
  const upper = text.toUpperCase();
  const isCode = /^[A-Z]{2}$/.test(upper) && upper !== 'ZZ' && regionNames.of(upper) !== undefined;
  const canonical = isCode ? (new Intl.Locale(`und-${upper}`).region ?? upper) : upper;
  if (isCode && canonical === text) return null;
  const cure = isCode ? `Write "${canonical}".` : 'Write ISO 3166-1 alpha-2 codes: "BR", "PT".';
  return { problem: `"${text}" is not a country code`, cure };
}
