/** How producers prove who calls: what is refused, and why. */
import { describe, expect, test } from '@jest/globals';
import { problemsOf, SITE } from '../fixtures/sites/loading.js';
import { DIGEST, ENVIRONMENT, jet, producer } from '../fixtures/sites/caller-proofs.js';

const HMAC = 'hmac_secret_env = "JET_HMAC"\nhmac_workspaces = ["koder"]\n';
const VERIFIER = 'verifier_url = "https://jet.example.org/v"\nverifier_secret_env = "JET_INTERNAL"\n';

/** The producer's lines, then the key, the whole problem, and a part of the cure. */
const CASES: readonly (readonly [string, string, string, string])[] = [
  ['', 'token_env', 'is missing', 'hmac_secret_env, verifier_url, client_cert_sha256, or service_tokens = true'],
  ['service_tokens = false', 'token_env', 'is missing', 'Or another way'],
  ['hmac_secret_env = "JET_HMAC"', 'hmac_workspaces', 'is missing: no workspace may call', '["koder"]'],
  ['hmac_workspaces = ["koder"]', 'hmac_secret_env', 'is missing', 'hmac_secret_env or hmac_secret_file'],
  [`${HMAC}hmac_secret_file = "x"`, 'hmac_secret_env', 'is given, and so is hmac_secret_file', 'Keep one'],
  [
    'hmac_secret_env = "SHORT"\nhmac_workspaces = ["koder"]',
    'hmac_secret',
    'is shorter than 24 characters, or holds some that no bearer token may',
    'openssl rand',
  ],
  [
    'hmac_secret_env = "JET_HMAC"\nhmac_workspaces = ["ko.der"]',
    'hmac_workspaces.0',
    '"ko.der" is no part of a token',
    'without dot',
  ],
  [`${HMAC}hmac_revoked = ["koder"]`, 'hmac_revoked.0', 'is not <workspace>.<thread>', 'never its MAC'],
  [
    'hmac_secret = "s3cr3t"\nservice_tokens = true',
    'hmac_secret',
    'looks like a secret, and secrets do not belong in this file',
    'hmac_secret_env',
  ],
  ['verifier_secret_env = "JET_INTERNAL"', 'verifier_url', 'is missing, but something else is said', 'verifier_url ='],
  ['verifier_url = "https://jet.example.org/v"', 'verifier_secret_env', 'is missing', 'verifier_secret_file'],
  [
    'verifier_url = "http://jet.example.org/v"\nverifier_secret_env = "JET_INTERNAL"',
    'verifier_url',
    'is plain http to jet.example.org',
    'https://',
  ],
  [
    'verifier_url = "https://jet.example.org/v"\nverifier_secret_env = "SHORT"',
    'verifier_secret',
    'is shorter than 16 characters, or holds some that no header may',
    'openssl rand',
  ],
  [`${VERIFIER}verifier_cache_sec = 301`, 'verifier_cache_sec', 'is 301, more than 300', 'verifier_cache_sec = 30'],
  [`${VERIFIER}verifier_networks = ["10.0.0.0/0"]`, 'verifier_networks.0', '"10.0.0.0/0" matches every address', ''],
  ['client_cert_sha256 = ["5f0c"]', 'client_cert_sha256.0', 'is not a SHA-256 fingerprint', 'openssl x509'],
  [
    'client_cert_subject = ["CN=jet"]\nclient_cert_revoked = ["x"]',
    'client_cert_revoked.0',
    'is not a SHA-256 fingerprint',
    'openssl x509',
  ],
  ['client_cert_subject = ["jet"]', 'client_cert_subject.0', '"jet" is not a distinguished name', 'RFC2253'],
  ['client_cert_san = ["jet.example.org"]', 'client_cert_san.0', '"jet.example.org" is no name', 'DNS:'],
  [
    'client_cert_from = "proxy"',
    'client_cert_sha256',
    'is missing, but something else is said of client certificates',
    'client_cert_subject',
  ],
  [
    'client_cert_subject = ["CN=jet"]\nclient_cert_from = "nginx"',
    'client_cert_from',
    'is "nginx", not one of tls, proxy',
    'client_cert_from = "proxy"',
  ],
];

describe('each problem names its key, what is wrong and the cure', () => {
  test.each(CASES.map(([lines, key, problem, cure]) => ({ lines, key, problem, cure })))(
    '$key $problem',
    ({ lines, key, problem, cure }) => {
      const problems = problemsOf(jet(lines));

      expect(problems).toHaveLength(1);
      expect(problems[0]).toContain(`sites.toml: producers.jet.${key} | ${problem}`);
      expect(problems[0]?.split(' | ')[2]).toContain(cure);
    },
  );
});

describe('what nobody would ever verify is refused', () => {
  test('a certificate over TLS where the public plane asks for none', () => {
    const environment = { ...ENVIRONMENT, PUBLIC_TLS_CLIENT_CA: undefined };

    expect(problemsOf({ ...jet('client_cert_subject = ["CN=jet"]'), environment })).toEqual([
      'sites.toml: producers.jet.client_cert_from | is "tls", and the public plane asks nobody for a certificate | Set PUBLIC_TLS_CERT, PUBLIC_TLS_KEY and PUBLIC_TLS_CLIENT_CA, or write client_cert_from = "proxy".',
    ]);
  });

  test('a certificate by a proxy where none is trusted', () => {
    const environment = { ...ENVIRONMENT, TRUSTED_PROXIES: undefined };
    const lines = 'client_cert_subject = ["CN=jet"]\nclient_cert_from = "proxy"';

    expect(problemsOf({ ...jet(lines), environment })).toEqual([
      'sites.toml: producers.jet.client_cert_from | is "proxy", and no proxy is trusted | Set TRUSTED_PROXIES to the address that your proxy connects from.',
    ]);
  });

  test('two things told in one header', () => {
    const sites = `${SITE}[client_certificates]\nverify_header = "x-cert"\ncertificate_header = "X-Cert"\n`;

    expect(problemsOf({ sites })).toEqual([
      'sites.toml: client_certificates | names one header for two things | Give each its own header.',
    ]);
  });
});

describe('the callers of one producer cannot pass for another’s', () => {
  test.each([
    ['an HMAC key', HMAC, 'producers.kora.hmac_secret | is also the key of jet'],
    [
      'a fingerprint',
      `client_cert_sha256 = ["${DIGEST}"]`,
      'producers.kora.client_cert_sha256 | is also the certificate',
    ],
    ['a subject', 'client_cert_subject = ["CN=jet"]', 'producers.kora.client_cert_subject | is also the name of jet'],
    ['a name', 'client_cert_san = ["DNS:jet"]', 'producers.kora.client_cert_san | is also the name of jet'],
  ])('by %s that both have', (_what, lines, problem) => {
    const sites = `${SITE}${producer(lines)}${producer(lines, 'kora')}`;

    const problems = problemsOf({ sites, environment: ENVIRONMENT });

    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
  });

  test('nor is a bearer shown to the verifier of another: beside other producers it needs a prefix', () => {
    const sites = `${SITE}${producer(VERIFIER)}${producer('token_env = "JET_TOKEN"', 'kora')}`;

    const problems = problemsOf({ sites, environment: ENVIRONMENT });

    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('producers.jet.verifier_prefix | is missing, and there are other producers');
  });

  test('and no two prefixes overlap', () => {
    const sites = `${SITE}${producer(`${VERIFIER}verifier_prefix = "ast_"`)}${producer(`${VERIFIER}verifier_prefix = "ast_kora_"`, 'kora')}`;

    const problems = problemsOf({ sites, environment: ENVIRONMENT });

    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('producers.kora.verifier_prefix | overlaps with that of jet');
  });
});
