/** The keys of `[identity.providers.<name>]`, each with its words and its check. */
import { z } from 'zod';
import { described } from '../../described.js';
import { judged } from '../../read-table.js';
import { webAddressWrong } from '../../web-address.js';
import { canonicalDomain } from '../site-checks.js';
import { secretReference } from '../secret-reference.js';

const secret = secretReference(
  'The secret that the provider gave for `client_id`. Required, unless there is a `client_key_file`.',
  'KODER_ID_SECRET',
);

const DOMAINS = z.array(
  judged((text) =>
    canonicalDomain(text) === null || text.includes('*')
      ? { problem: `"${text}" is not a domain`, cure: 'Write it like koder.dev.' }
      : null,
  ),
);

export const PROVIDER_KEYS = {
  kind: described(z.enum(['oidc', 'github', 'google']), {
    meaning: 'What it speaks: OpenID Connect, as Koder ID and most others do, or what GitHub or Google have. Required.',
    form: '`"oidc"`, `"github"` or `"google"`',
    example: '"oidc"',
  }),
  title: described(z.string().min(1).max(40), {
    meaning: 'What stands on its button.',
    form: 'a name of at most 40 characters',
    default: 'GitHub, Google, or the name of the table',
    example: '"Koder ID"',
  }),
  issuer: described(
    judged((text) => webAddressWrong(text, 'any')),
    {
      meaning: 'Its address, exactly as it writes it itself. Required for `oidc`.',
      form: 'an https URL; plain http on loopback only',
      default: '`https://github.com`, `https://accounts.google.com`',
      example: '"https://id.koder.dev"',
    },
  ),
  client_id: described(z.string().min(1).max(256), {
    meaning:
      'What it calls this gate. Register `<PUBLIC_URL>/sign-in/with/<name>/callback` there as the only redirect address. Required.',
    form: 'a text',
    example: '"koder-gate"',
  }),
  client_secret_env: secret.env,
  client_secret_file: secret.file,
  client_key_file: described(z.string().min(1), {
    meaning:
      'A private key of this gate, in PEM, in place of a secret: `private_key_jwt`. RSA of 2,048 bits or more, or EC on P-256. For `oidc` alone; the provider is given the public half.',
    form: 'a path, relative to `sites.toml`',
    default: 'a secret is used',
    example: '"/run/secrets/koder-id-key.pem"',
  }),
  client_key_alg: described(z.enum(['RS256', 'PS256', 'ES256']), {
    meaning: 'With what that key signs.',
    form: '`"RS256"`, `"PS256"` or `"ES256"`',
    default: '`RS256` for an RSA key, `ES256` for one on P-256',
    example: '"PS256"',
  }),
  client_cert_file: described(z.string().min(1), {
    meaning:
      'The certificate of that key, in PEM: Microsoft Entra knows a key by it. What the key signs names it by `x5t#S256`, and the token endpoint as whom it is for.',
    form: 'a path, relative to `sites.toml`',
    default: 'the key is named by nothing',
    example: '"/run/secrets/entra-cert.pem"',
  }),
  scopes: described(z.array(judged(scopeWrong)).min(1), {
    meaning: 'What it is asked to tell.',
    form: 'a list of scopes',
    default: '`["openid", "email", "profile"]`; of GitHub `["read:user", "user:email"]`',
    example: '["openid", "email"]',
  }),
  allowed_tenants: described(z.array(z.string().min(1)).min(1), {
    meaning: 'The tenants of Microsoft Entra whose people may sign in, compared with the claim `tid`.',
    form: 'a list of tenant ids',
    default: 'every tenant of the issuer',
    example: '["72f988bf-86f1-41af-91ab-2d7cd011db47"]',
  }),
  allowed_domains: described(DOMAINS.min(1), {
    meaning:
      'Whose people may sign in: of Google the organisation (the claim `hd`), else the domain of an address that the provider has verified.',
    form: 'a list of domains',
    default: 'everybody who has an account there',
    example: '["koder.dev"]',
  }),
  authoritative_for: described(DOMAINS, {
    meaning:
      'Domains whose mailboxes the provider gives out itself. Only there is an address enough to be taken for the approver who has it, once, and only while that approver has no other credential. docs/sign-in.md says why.',
    form: 'a list of domains',
    default: 'none',
    example: '["koder.dev"]',
  }),
};

function scopeWrong(text: string) {
  return /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(text)
    ? null
    : { problem: `"${text}" is not a scope`, cure: 'Write each scope by itself: ["openid", "email"].' };
}
