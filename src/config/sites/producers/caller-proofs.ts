/**
 * How the callers of a producer prove themselves (`src/contract/caller-proofs.ts`), as its table in `sites.toml` says it.
 * Static tokens, HMAC tokens and a verifier here; certificates in `certificate-proof.ts`.
 */
import type { CallerProofs, HmacProof, VerifierProof } from '../../../contract/caller-proofs.js';
import { readCertificateProof, type HeaderNames } from './certificate-proof.js';
import { CACHE_SECONDS, PROOF_KEYS } from './proof-keys.js';
import { canonicalNetwork, WIDE_FLAG, wideWrong } from '../../../base/net/network.js';
import { exampleOf } from '../../described.js';
import type { Values } from '../../read-table.js';
import { readReference, readSecrets, type Where } from '../secret-reference.js';
import { Secret } from '../../../base/crypto/secret.js';

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
      cure: `For example: hmac_workspaces = ${exampleOf(PROOF_KEYS.hmac_workspaces)}`,
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
      cure: `For example: verifier_url = ${exampleOf(PROOF_KEYS.verifier_url)}`,
    });
  if (secret !== null && !/^[\x21-\x7e]{16,1024}$/.test(secret))
    where.reading.tell(`${where.path}.verifier_secret`, NO_HEADER);
  const wide = wideWrong(given.verifier_networks ?? [], {
    isAllowed: given.allow_wide_networks === true,
    flag: WIDE_FLAG,
  });
  if (wide !== null) where.reading.tell(`${where.path}.verifier_networks`, wide);
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
