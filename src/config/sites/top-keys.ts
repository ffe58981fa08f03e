/** The keys at the top of `sites.toml` and of its table `[limits]`, each with its words and its check. */
import { z } from 'zod';
import { described } from '../described.js';
import { handle, TRUE_OR_FALSE } from './site-keys.js';

const MAX_OPERATORS = 100;

export const TOP_KEYS = {
  operators: described(z.array(handle).max(MAX_OPERATORS), {
    meaning:
      'Who runs the gate and may look at all of it in a browser, on the admin plane. An approver is named by handle or e-mail address; whoever is none, by an address at which they get mail. What changes something wants the command line.',
    form: `a list of handles and e-mail addresses, at most ${String(MAX_OPERATORS)}`,
    default: 'none: the admin plane shows everything to the bearer alone',
    example: '["rpm@koder.dev"]',
    readBy: 'public and admin plane',
  }),
  sites: z.unknown(),
  approvers: z.unknown(),
  producers: z.unknown(),
  client_certificates: z.unknown(),
  limits: z.unknown(),
  identity: z.unknown(),
  mail: z.unknown(),
  unnamed_checks: described(z.boolean(), {
    meaning:
      'Whether a check may leave out which site it guards, so that the host alone decides. For a proxy that cannot name the site; docs/proxies.md says what it must then do.',
    form: TRUE_OR_FALSE,
    default: 'false; with a single site the name may be left out anyway',
    example: 'true',
    readBy: 'gate plane',
  }),
};

/** Policy: one request per address in 10 minutes over all sites, at most 10 pending per approver, half of them of one network. */
export const LIMITS = { window_sec: 600, window_scope: 'all', max_pending_per_approver: 10 } as const;

const MAX_WINDOW_SECONDS = 86_400;
const MAX_SLOTS = 100;
const SLOTS = `requests, 1 to ${String(MAX_SLOTS)}`;

export const LIMIT_KEYS = {
  window_sec: described(z.int().min(1).max(MAX_WINDOW_SECONDS), {
    meaning:
      'For how long an address that has opened a request can open no other one. While it waits for a site, it is given that same request at every reload.',
    form: `seconds, 1 to ${String(MAX_WINDOW_SECONDS)}`,
    default: String(LIMITS.window_sec),
    example: '600',
  }),
  window_scope: described(z.enum(['all', 'site']), {
    meaning: 'Whether that holds over all sites, or on each of them.',
    form: '`"all"` or `"site"`',
    default: `"${LIMITS.window_scope}"`,
    example: '"all"',
  }),
  max_pending_per_approver: described(z.int().min(1).max(MAX_SLOTS), {
    meaning: 'How many requests wait for one approver at a time. At that number no further ones are opened.',
    form: SLOTS,
    default: String(LIMITS.max_pending_per_approver),
    example: '10',
  }),
  max_pending_per_network: described(z.int().min(1).max(MAX_SLOTS), {
    meaning: 'How many of these one network (a /24, or a /48 of IPv6) may take at first. docs/limits.md has the rule.',
    form: SLOTS,
    default: 'half of `max_pending_per_approver`',
    example: '5',
  }),
};
