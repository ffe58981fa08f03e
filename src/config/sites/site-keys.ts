/** The keys of one site in `sites.toml` (RFC 001, section 6.3, and the environments policy), each with its words and its check. */
import { z } from 'zod';
import { networkWrong } from '../../base/net/network.js';
import { described } from '../described.js';
import { judged } from '../read-table.js';
import { OPEN_PATHS } from './open-paths.js';
import { dateWrong, environmentWrong, exceptionWrong, hostWrong } from './site-checks.js';

const HANDLE = /^[^\s\p{Cc}]{1,128}$/u;
export const TRUE_OR_FALSE = '`true` or `false`';

export const handle = judged((text) =>
  HANDLE.test(text)
    ? null
    : { problem: `is no handle`, cure: 'Write a name of 1 to 128 characters without spaces, like rpm@koder.dev.' },
);

/** A key that may stand in the site's table or in that of its gate. */
export const ALLOW_PROXY_ADDRESS = described(z.boolean(), {
  meaning:
    'Whether requests and grants are allowed for loopback and for the proxy itself. Only to try the gate out on one machine: such a grant lets everybody in who comes through that proxy. It may stand in `[sites.auth_gate]` instead.',
  form: TRUE_OR_FALSE,
  default: 'false',
  example: 'true',
});

export const OPEN_PATHS_KEY = described(OPEN_PATHS, {
  meaning:
    'Paths that pass without a grant: certificate challenges, webhooks. docs/open-paths.md has the patterns. It may stand in `[sites.auth_gate]` instead.',
  form: 'a list of `[METHOD,…] /path` or `/path/*`, at most 32',
  default: 'none',
  example: '["/.well-known/acme-challenge/*", "POST /webhooks/github"]',
  readBy: 'gate plane',
});

export const SITE_KEYS = {
  domains: described(z.array(judged(hostWrong)).min(1), {
    meaning:
      'The hosts of the site. A star stands for exactly one label, on dev and stg alone: each such host is asked for and granted by itself. What follows the star must be yours alone. Required.',
    form: 'a list of host names, or of patterns like `*.preview.example.org`',
    example: '["stg.example.org"]',
  }),
  environment: described(judged(environmentWrong), {
    meaning: 'What kind of site this is. A site of prd is not gated unless it says `enabled = true`.',
    form: '`"dev"`, `"stg"` or `"prd"`',
    default: '"dev"',
    example: '"stg"',
  }),
  permanent_whitelist: described(z.array(judged((text) => networkWrong(text, { bare: false }))), {
    meaning: 'Networks that always pass, without a grant.',
    form: 'a list of CIDR networks',
    default: 'none',
    example: '["192.0.2.0/24"]',
    readBy: 'gate plane',
  }),
  allow_wide_networks: described(z.boolean(), {
    meaning: 'Whether `permanent_whitelist` is meant to cover more than a /8 (IPv4) or a /19 (IPv6).',
    form: TRUE_OR_FALSE,
    default: 'false',
    example: 'true',
    readBy: 'the start',
  }),
  allow_proxy_address: ALLOW_PROXY_ADDRESS,
  open_paths: OPEN_PATHS_KEY,
  exceptions: described(z.array(judged(exceptionWrong)).min(1), {
    meaning:
      'Exceptions from the policy. `auth_gate_disabled` allows `enabled = false` on a dev or stg site. They need a reason and an end; on that day the gate closes by itself.',
    form: 'a list of names',
    default: 'none',
    example: '["auth_gate_disabled"]',
  }),
  exceptions_justification: described(z.string().trim().min(1), {
    meaning: 'Why the exceptions are needed. Required beside `exceptions`.',
    form: 'text',
    example: '"Demo to a partner"',
  }),
  exceptions_expire: described(
    z.preprocess((value) => (value instanceof Date ? value.toISOString() : value), judged(dateWrong)),
    {
      meaning: 'The day on which the exceptions end, at 00:00 UTC. Required beside `exceptions`.',
      form: 'a date in the future, `YYYY-MM-DD`',
      example: '"2030-01-31"',
    },
  ),
  auth_gate: z.unknown(),
};

/** An approver's own zone, as the platform's list of zones spells it. */
export const timeZone = described(
  judged((text) =>
    isTimeZone(text)
      ? null
      : {
          problem: 'is no time zone',
          cure: 'Write a name of the IANA list, like "America/Sao_Paulo" or "Europe/Berlin".',
        },
  ),
  {
    meaning: "The approver's time zone, for times in mails. Chats and pages use the reader's own device.",
    form: 'a name of the IANA list',
    default: 'UTC alone',
    example: '"America/Sao_Paulo"',
    readBy: 'e-mail',
  },
);

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
