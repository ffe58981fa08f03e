/** The keys of a site's gate, `[sites.auth_gate]`, and of one channel in it, each with its words and its check. */
import { z } from 'zod';
import { APPROVE_NEEDS } from '../../approval/approval-proof.js';
import { POLICY_BY_ENVIRONMENT } from '../../approval/policy.js';
import { TRUSTED, type ChannelMay } from '../../approval/site.js';
import { described } from '../described.js';
import { judged } from '../read-table.js';
import { webAddressWrong } from '../web-address.js';
import { defaultChannels, listed, type KnownChannels } from './known-channel.js';
import { PASSAGE_KEY } from './passage.js';
import { countryWrong } from './site-checks.js';
import { ALLOW_PROXY_ADDRESS, handle, OPEN_PATHS_KEY, TRUE_OR_FALSE } from './site-keys.js';

/** A grant under a minute ends before the page is read; whoever needs more than a year belongs in the allowed networks. */
const GRANT_TTL_SECONDS = { min: 60, max: 31_536_000 };
/** The RFC's payload allows these bounds for `ttl_seconds`. */
const REQUEST_TTL_BOUNDS = { min: 30, max: 86_400 };
/** The policy's ten minutes (RFC 001, section 12). */
export const REQUEST_TTL_SECONDS = 600;
const MAY = ['decide', 'deny_only', 'link_only'] as const satisfies readonly ChannelMay[];

const SITE_SECOND_FACTORS = ['offered', 'required'] as const;

const EMAIL = /^[^\s@<>,;"]{1,64}@[^\s@<>,;"]{1,255}$/;

const grantTtl = z.int().min(GRANT_TTL_SECONDS.min).max(GRANT_TTL_SECONDS.max);
const GRANT_TTL_FORM = `seconds, ${String(GRANT_TTL_SECONDS.min)} to ${String(GRANT_TTL_SECONDS.max)}`;

const oneOrSeveral = (schema: z.ZodString) =>
  z.preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(schema).min(1));

const GEOFENCE = described(
  z.array(judged(countryWrong)).check((context) => {
    if (context.value.length > 0) return;
    const cure = 'Leave the key out for no geofence, or name countries: ["BR"].';
    context.issues.push({
      code: 'custom',
      input: [],
      message: 'is empty, which would shut everybody out',
      params: { cure },
    });
  }),
  {
    meaning: 'The countries from which a visitor may ask. An unknown country is refused. Grants pass from everywhere.',
    form: 'a list of ISO 3166-1 alpha-2 codes',
    default: 'every country',
    example: '["BR"]',
    readBy: 'gate plane',
  },
);

/** How well whoever decides on the page proves who they are. */
const PROOF_KEYS = {
  approve_needs: described(z.enum(APPROVE_NEEDS), {
    meaning:
      'What approving asks for beside being signed in: `session`, nothing. `fresh`: a proof of that moment, by a passkey, a number of an authenticator app or a recovery code; whoever has none of these signs in anew. `passkey`: by a passkey alone. A proof counts for one request, for 5 minutes, once. Approve on the page: chats refuse to approve, and denying needs no proof. The operator’s command line still approves, and the audit says so.',
    form: APPROVE_NEEDS.map((one) => `\`"${one}"\``).join(', '),
    default: '"session"',
    example: '"fresh"',
    readBy: 'public plane',
  }),
  second_factor: described(z.enum(SITE_SECOND_FACTORS), {
    meaning:
      'How many factors signing in at the site and a decision on the page or in an embedded inbox need: `offered`, as `[identity]` says; `required`: two, whatever `[identity]` says.',
    form: SITE_SECOND_FACTORS.map((one) => `\`"${one}"\``).join(', '),
    default: '"offered"',
    example: '"required"',
    readBy: 'public plane',
  }),
};

export type AuthGateKeys = ReturnType<typeof authGateKeys>;

export function authGateKeys(channels: KnownChannels) {
  return {
    enabled: described(z.boolean(), {
      meaning:
        'Whether the site is gated. A site of prd is switched on by it; a dev or stg site is switched off by it, with an exception alone.',
      form: TRUE_OR_FALSE,
      default: 'true for dev and stg, false for prd',
      example: 'true',
    }),
    admin: described(oneOrSeveral(handle), {
      meaning:
        'Who may decide: handles of `[approvers]`. The first decision wins. Required for a gated site, unless `admin_email` is there.',
      form: 'one handle, or a list',
      example: '"rpm@koder.dev"',
    }),
    admin_email: described(
      judged((text) =>
        EMAIL.test(text) ? null : { problem: `is no e-mail address`, cure: 'Write one address: rpm@example.org.' },
      ),
      {
        meaning:
          'The short form for one approver: whoever has this address in `[approvers]`, or else a new approver of that name.',
        form: 'an e-mail address',
        example: '"rpm@example.org"',
      },
    ),
    notifiers: notifiersKey(channels),
    whitelist_ttl_sec: described(grantTtl, {
      meaning: 'For how long an approval lets in.',
      form: GRANT_TTL_FORM,
      default: (['dev', 'stg', 'prd'] as const)
        .map((environment) => `${String(POLICY_BY_ENVIRONMENT[environment].grantTtlSeconds)} for ${environment}`)
        .join(', '),
      example: '86400',
    }),
    request_ttl_sec: described(z.int().min(REQUEST_TTL_BOUNDS.min).max(REQUEST_TTL_BOUNDS.max), {
      meaning: 'How long a request waits for its answer.',
      form: `seconds, ${String(REQUEST_TTL_BOUNDS.min)} to ${String(REQUEST_TTL_BOUNDS.max)}`,
      default: String(REQUEST_TTL_SECONDS),
      example: '600',
    }),
    geofence: GEOFENCE,
    ...PROOF_KEYS,
    confirm_endpoint: described(
      judged((text) => webAddressWrong(text, 'any')),
      {
        meaning: "Where the links of cards and mails lead instead of the gate's own confirm page.",
        form: 'an https URL; plain http on loopback only',
        default: '`PUBLIC_URL/req`',
        example: '"https://confirm.example.org/req"',
      },
    ),
    allow_proxy_address: ALLOW_PROXY_ADDRESS,
    open_paths: OPEN_PATHS_KEY,
    passage: PASSAGE_KEY,
  };
}

function notifiersKey(channels: KnownChannels) {
  const byDefault = defaultChannels(channels);
  const another = [...channels.keys()].find((name) => !byDefault.includes(name));
  return described(z.array(z.string()).min(1), {
    meaning: 'The channels over which approvers are asked.',
    form: 'a list of channels',
    default: listed(byDefault),
    example: listed([...byDefault, ...(another === undefined ? [] : [another])]),
  });
}

/** The keys of `[sites.auth_gate.<channel>]`. */
export const CHANNEL_KEYS = {
  url: described(
    judged((text) => webAddressWrong(text, 'any')),
    {
      meaning:
        'A consumer of your own that gets what goes over this channel, by webhook. `WEBHOOK_TOKEN` or a client certificate says who the gate is.',
      form: 'an https URL; plain http on loopback only',
      default: 'the channel itself delivers',
      example: '"https://talk.example.org/api/v1/bots/koder-gate/approvals"',
      readBy: 'courier',
    },
  ),
  may: described(z.enum(MAY), {
    meaning:
      'How far the channel is trusted for this site: `decide`; `deny_only`: approvals are given on the confirm page; `link_only`: its cards show a link alone.',
    form: MAY.map((one) => `\`"${one}"\``).join(', '),
    default: `"${TRUSTED.may}"`,
    example: '"deny_only"',
  }),
  max_ttl_sec: described(grantTtl, {
    meaning: 'The longest that an approval over this channel lets in.',
    form: GRANT_TTL_FORM,
    default: 'no limit of its own',
    example: '3600',
  }),
};
