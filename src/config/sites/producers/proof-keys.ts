/** The keys by which a producer's table says how its callers prove themselves, each with its words and its check. */
import { z } from 'zod';
import { networkWrong } from '../../../base/net/network.js';
import { described } from '../../described.js';
import { judged } from '../../read-table.js';
import { webAddressWrong } from '../../web-address.js';
import { secretReference } from '../secret-reference.js';
import { TRUE_OR_FALSE } from '../site-keys.js';
import { CERTIFICATE_KEYS } from './certificate-proof.js';

/** How long a verifier's yes is remembered. A token that it revoked still passes for that long. */
export const CACHE_SECONDS = 30;
const MAX_CACHE_SECONDS = 300;

/** A part of an HMAC token. It has no dot, because dots separate the parts. */
const part = judged((text) =>
  /^[\x21-\x2d\x2f-\x7e]{1,128}$/.test(text)
    ? null
    : { problem: `"${text.slice(0, 60)}" is no part of a token`, cure: 'Write 1 to 128 ASCII characters without dot.' },
);
const revokedToken = judged((text) =>
  /^[\x21-\x2d\x2f-\x7e]{1,128}\.[\x21-\x2d\x2f-\x7e]{1,128}$/.test(text)
    ? null
    : { problem: 'is not <workspace>.<thread>', cure: 'Write the first two parts of the token, never its MAC.' },
);

const token = secretReference(
  "The producer's static bearer token. Several, comma-separated or on lines, to rotate it. Required, unless another way is given.",
  'JET_TOKEN',
);
const hmacSecret = secretReference(
  'The key of tokens `<workspace>.<thread>.<mac>`, which a service makes itself.',
  'JET_HMAC_SECRET',
);
const verifierSecret = secretReference(
  'What the gate sends to the verifier as `X-Internal-Secret`. Required beside `verifier_url`.',
  'JET_INTERNAL_SECRET',
);

export const PROOF_KEYS = {
  token_env: token.env,
  token_file: token.file,
  hmac_secret_env: hmacSecret.env,
  hmac_secret_file: hmacSecret.file,
  hmac_workspaces: described(z.array(part).min(1), {
    meaning: 'The workspaces whose tokens count. Required beside `hmac_secret_env`.',
    form: 'a list of names',
    example: '["koder"]',
  }),
  hmac_revoked: described(z.array(revokedToken), {
    meaning: 'Tokens that count no more.',
    form: 'a list of `<workspace>.<thread>`',
    default: 'none',
    example: '["koder.42"]',
  }),
  verifier_url: described(
    judged((text) => webAddressWrong(text, 'any')),
    {
      meaning: 'A service that knows its own tokens: the gate asks it whose a bearer token is.',
      form: 'an https URL; plain http on loopback only',
      example: '"https://jet.example.org/internal/tokens/verify"',
    },
  ),
  verifier_secret_env: verifierSecret.env,
  verifier_secret_file: verifierSecret.file,
  verifier_prefix: described(z.string().regex(/^[\x21-\x7e]{1,64}$/), {
    meaning:
      'The verifier is asked about bearer tokens that begin so, and about no others. Required beside other producers.',
    form: '1 to 64 visible ASCII characters',
    default: 'every unknown bearer token',
    example: '"ast_"',
  }),
  verifier_cache_sec: described(z.int().min(0).max(MAX_CACHE_SECONDS), {
    meaning: "How long the verifier's yes is remembered, and so how long a revoked token may still pass.",
    form: `seconds, 0 to ${String(MAX_CACHE_SECONDS)}`,
    default: String(CACHE_SECONDS),
    example: '30',
  }),
  verifier_networks: described(z.array(judged((text) => networkWrong(text, { bare: false }))), {
    meaning: 'Private networks that the verifier may be in.',
    form: 'a list of CIDR networks',
    default: 'public addresses only',
    example: '["10.0.1.0/24"]',
  }),
  allow_wide_networks: described(z.boolean(), {
    meaning: 'Whether `verifier_networks` is meant to cover more than a /8 (IPv4) or a /19 (IPv6).',
    form: TRUE_OR_FALSE,
    default: 'false',
    example: 'true',
  }),
  service_tokens: described(z.boolean(), {
    meaning: '`false` refuses tokens made with `gate service-token mint`; `true` says that they are the only way.',
    form: TRUE_OR_FALSE,
    default: 'accepted beside another way',
    example: 'true',
  }),
  ...CERTIFICATE_KEYS,
};
