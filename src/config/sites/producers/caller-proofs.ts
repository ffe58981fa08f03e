/**
 * How the callers of a producer prove themselves (`src/contract/caller-proofs.ts`), as its table in `sites.toml` says it.
 * Static tokens, HMAC tokens and a verifier here; certificates in `certificate-proof.ts`.
 */
import { z } from 'zod';
import type { CallerProofs, HmacProof, VerifierProof } from '../../../contract/caller-proofs.js';
import { CERTIFICATE_KEYS, readCertificateProof, type HeaderNames } from './certificate-proof.js';
import { canonicalNetwork, networkWrong } from '../../network.js';
import { judged, type Values } from '../../read-table.js';
import { readReference, readSecrets, SECRET_REFERENCE, type Where } from '../secret-reference.js';
import { Secret } from '../../../base/secret.js';
import { webAddressWrong } from '../../web-address.js';

/** How long a verifier's yes is remembered. A token that it revoked still passes for that long. */
const CACHE_SECONDS = 30;
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

export const PROOF_KEYS = {
  token_env: SECRET_REFERENCE.env,
  token_file: SECRET_REFERENCE.file,
  hmac_secret_env: SECRET_REFERENCE.env,
  hmac_secret_file: SECRET_REFERENCE.file,
  hmac_workspaces: z.array(part).min(1),
  hmac_revoked: z.array(revokedToken),
  verifier_url: judged((text) => webAddressWrong(text, 'any')),
  verifier_secret_env: SECRET_REFERENCE.env,
  verifier_secret_file: SECRET_REFERENCE.file,
  verifier_prefix: z.string().regex(/^[\x21-\x7e]{1,64}$/),
  verifier_cache_sec: z.int().min(0).max(MAX_CACHE_SECONDS),
  verifier_networks: z.array(judged((text) => networkWrong(text, { bare: false }))),
  service_tokens: z.boolean(),
  ...CERTIFICATE_KEYS,
};

export const PROOF_EXAMPLES = {
  token_env: '"JET_TOKEN"',
  token_file: '"/run/secrets/jet-token"',
  hmac_secret_env: '"JET_HMAC_SECRET"',
  hmac_secret_file: '"/run/secrets/jet-hmac"',
  hmac_workspaces: '["koder"]',
  hmac_revoked: '["koder.42"]',
  verifier_url: '"https://jet.example.org/internal/tokens/verify"',
  verifier_secret_env: '"JET_INTERNAL_SECRET"',
  verifier_secret_file: '"/run/secrets/jet-internal"',
  verifier_prefix: '"ast_"',
  verifier_cache_sec: '30',
  verifier_networks: '["10.0.1.0/24"]',
  service_tokens: 'true',
  client_cert_sha256: '["5f0c…"], 64 hex digits',
  client_cert_subject: '["CN=jet,O=Koder"]',
  client_cert_san: '["DNS:jet.example.org"]',
  client_cert_revoked: '["5f0c…"], 64 hex digits each',
  client_cert_from: '"proxy"',
};

export type ProofsGiven = Values<typeof PROOF_KEYS>;

export function readProofs(given: ProofsGiven, where: Where, headers: HeaderNames): CallerProofs {
  return {
    bearers: readSecrets(
      {
        name: 'token',
        variable: given.token_env,
        file: given.token_file,
        isNeeded: !namesAnother(given, where.bad),
        cure: NO_PROOF,
      },
      where,
    ),
    hmac: readHmac(given, where),
    verifier: readVerifier(given, where),
    certificates: readCertificateProof(given, where, headers),
    serviceTokens: given.service_tokens ?? true,
  };
}

const NO_PROOF =
  'Name where the secret is kept: token_env or token_file. Or another way to know its callers: hmac_secret_env, verifier_url, client_cert_sha256, or service_tokens = true where "gate service-token mint" is all.';

/** Whether some proof besides static tokens is given. One with a mistake counts, because the mistake is reported by itself. */
function namesAnother(given: ProofsGiven, bad: ReadonlySet<string>): boolean {
  const isGiven = (key: string): boolean => key in given || bad.has(key);
  return given.service_tokens === true || Object.keys(PROOF_KEYS).filter(isAnother).some(isGiven);
}

function isAnother(key: string): boolean {
  return /^(hmac|verifier|client_cert)_/.test(key);
}

function readHmac(given: ProofsGiven, where: Where): HmacProof | null {
  const isSaid = ['hmac_secret_env', 'hmac_secret_file', 'hmac_workspaces', 'hmac_revoked'].some(
    (key) => key in given || where.bad.has(key),
  );
  if (!isSaid) return null;
  const keys = readSecrets(
    { name: 'hmac_secret', variable: given.hmac_secret_env, file: given.hmac_secret_file, isNeeded: true },
    where,
  );
  if (given.hmac_workspaces === undefined && !where.bad.has('hmac_workspaces'))
    where.reading.tell(`${where.path}.hmac_workspaces`, {
      problem: 'is missing: no workspace may call',
      cure: `For example: hmac_workspaces = ${PROOF_EXAMPLES.hmac_workspaces}`,
    });
  return { keys, workspaces: new Set(given.hmac_workspaces), revoked: new Set(given.hmac_revoked) };
}

function readVerifier(given: ProofsGiven, where: Where): VerifierProof | null {
  const isSaid = Object.keys(PROOF_KEYS).some(
    (key) => key.startsWith('verifier_') && (key in given || where.bad.has(key)),
  );
  if (!isSaid) return null;
  const secret = readReference(
    { name: 'verifier_secret', variable: given.verifier_secret_env, file: given.verifier_secret_file, isNeeded: true },
    where,
  );
  if (given.verifier_url === undefined && !where.bad.has('verifier_url'))
    where.reading.tell(`${where.path}.verifier_url`, {
      problem: 'is missing, but something else is said of a verifier',
      cure: `For example: verifier_url = ${PROOF_EXAMPLES.verifier_url}`,
    });
  if (secret !== null && !/^[\x21-\x7e]{16,1024}$/.test(secret))
    where.reading.tell(`${where.path}.verifier_secret`, NO_HEADER);
  return {
    url: given.verifier_url ?? '',
    secret: new Secret(secret ?? ''),
    prefix: given.verifier_prefix ?? '',
    cacheSeconds: given.verifier_cache_sec ?? CACHE_SECONDS,
    allowedNetworks: (given.verifier_networks ?? []).map(canonicalNetwork),
  };
}

const NO_HEADER = {
  problem: 'is shorter than 16 characters, or holds some that no header may',
  cure: 'Make one with: openssl rand -hex 32',
};
