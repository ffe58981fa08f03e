/** How the callers of a producer prove themselves: what is read, and every problem with its place, its text and its cure. */
import { describe, expect, test } from '@jest/globals';
import type { ProducerSecrets } from '../../src/config/config.js';
import { makeAuthority } from '../fakes/certificate.js';
import { configOf, problemsOf, SECRET, SITE, type Variation } from './loading.js';

const DIGEST = SECRET;
const authority = makeAuthority('Company CA');
const server = authority.issue('gate.example.org');
const TLS = { PUBLIC_TLS_CERT: server.cert, PUBLIC_TLS_KEY: server.key };
const ENVIRONMENT = {
  JET_TOKEN: SECRET,
  JET_HMAC: 'b'.repeat(32),
  JET_INTERNAL: 'c'.repeat(32),
  SHORT: 'abc',
  TRUSTED_PROXIES: '127.0.0.1/32',
  ...TLS,
  PUBLIC_TLS_CLIENT_CA: authority.cert,
};

function producer(lines: string, name = 'jet'): string {
  return `[producers.${name}]\nhosts = ["stg.example.org"]\nnotifiers = ["email"]\n${lines}\n`;
}

function jet(lines: string): Variation {
  return { sites: `${SITE}${producer(lines)}`, environment: ENVIRONMENT };
}

function secretsOf(variation: Variation): ProducerSecrets | undefined {
  return configOf(variation).producerSecrets.get('jet');
}

describe('what is read', () => {
  test('HMAC keys, several for rotation, with workspaces and what is revoked', () => {
    const lines = 'hmac_secret_env = "JET_HMAC"\nhmac_workspaces = ["koder"]\nhmac_revoked = ["koder.13"]';
    const environment = { ...ENVIRONMENT, JET_HMAC: `${'b'.repeat(32)}\n${'d'.repeat(32)}` };

    const secrets = secretsOf({ ...jet(lines), environment });

    expect(secrets?.hmac?.keys.map((key) => key.revealText())).toEqual(['b'.repeat(32), 'd'.repeat(32)]);
    expect(secrets?.hmac).toMatchObject({ workspaces: new Set(['koder']), revoked: new Set(['koder.13']) });
    expect(secrets?.bearers).toEqual([]);
  });

  test('a verifier, whose yes is remembered for 30 s unless said otherwise', () => {
    const lines = `verifier_url = "https://jet.example.org/verify"\nverifier_secret_env = "JET_INTERNAL"
verifier_networks = ["10.0.1.0/24"]`;

    const secrets = secretsOf(jet(lines));

    expect(secrets?.verifier).toMatchObject({
      url: 'https://jet.example.org/verify',
      prefix: '',
      cacheSeconds: 30,
      allowedNetworks: ['10.0.1.0/24'],
    });
    expect(secrets?.verifier?.secret.revealText()).toBe('c'.repeat(32));
  });

  test('certificates of the connection itself, fingerprints as OpenSSL prints them too', () => {
    const colons = DIGEST.toUpperCase().replace(/..(?=.)/g, '$&:');

    const secrets = secretsOf(jet(`client_cert_sha256 = ["${colons}"]\nclient_cert_san = ["DNS:Jet.Example.org"]`));

    expect(secrets?.certificates).toEqual({
      sha256: new Set([DIGEST]),
      subjects: new Set(),
      altNames: new Set(['DNS:jet.example.org']),
      revoked: new Set(),
      proxyHeaders: null,
    });
  });

  test('certificates that a proxy tells of, in headers of its own choice', () => {
    const variation = jet('client_cert_subject = ["CN=jet,O=Koder"]\nclient_cert_from = "proxy"');
    const sites = `${variation.sites ?? ''}[client_certificates]\nverify_header = "X-Client-Ok"\n`;

    const secrets = secretsOf({ ...variation, sites });

    expect(secrets?.certificates).toMatchObject({
      subjects: new Set(['CN=jet,O=Koder']),
      proxyHeaders: {
        verify: 'x-client-ok',
        certificate: 'x-ssl-client-cert',
        fingerprint: 'x-ssl-client-fingerprint',
        subject: 'x-ssl-client-s-dn',
      },
    });
  });

  test('tokens of our own making are taken unless the file says no, and may be all', () => {
    expect(secretsOf(jet('token_env = "JET_TOKEN"'))?.serviceTokens).toBe(true);
    expect(secretsOf(jet('token_env = "JET_TOKEN"\nservice_tokens = false'))?.serviceTokens).toBe(false);
    expect(secretsOf(jet('service_tokens = true'))).toMatchObject({ bearers: [], serviceTokens: true });
  });

  test('TLS of the public plane, from files, on its own port', () => {
    const environment = {
      PUBLIC_TLS_CERT_FILE: '/run/tls.pem',
      PUBLIC_TLS_KEY_FILE: '/run/tls.key',
      PUBLIC_TLS_CLIENT_CA: authority.cert,
    };
    const files = { '/run/tls.pem': server.cert, '/run/tls.key': server.key };

    const { publicTls } = configOf({ environment, files });

    expect(publicTls).toMatchObject({
      port: 8443,
      certificates: server.cert.trim(),
      clientAuthorities: authority.cert.trim(),
    });
    expect(publicTls?.key.revealText()).toBe(server.key.trim());
  });

  test('none of it where nothing is set', () => {
    expect(configOf({}).publicTls).toBeNull();
  });
});

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

describe('TLS of the public plane is whole or absent', () => {
  const weak = 'no PEM at all';
  test.each([
    ['a certificate alone', { PUBLIC_TLS_CERT: server.cert }, 'PUBLIC_TLS_KEY | is not set, but something else'],
    ['a key alone', { PUBLIC_TLS_KEY: server.key }, 'PUBLIC_TLS_CERT | is not set, but something else'],
    ['a text for a certificate', { ...TLS, PUBLIC_TLS_CERT: weak }, 'PUBLIC_TLS_CERT | is no certificate in PEM'],
    ['a text for a key', { ...TLS, PUBLIC_TLS_KEY: weak }, 'PUBLIC_TLS_KEY | is no unencrypted private key in PEM'],
    ['the key of another', { ...TLS, PUBLIC_TLS_KEY: authority.key }, 'PUBLIC_TLS_KEY | does not belong to'],
    ['a text for authorities', { ...TLS, PUBLIC_TLS_CLIENT_CA: weak }, 'PUBLIC_TLS_CLIENT_CA | is no certificate'],
    ['a port that is taken', { ...TLS, PUBLIC_TLS_PORT: '8081' }, 'PUBLIC_TLS_PORT | is 8081, and so is GATE_PORT'],
    [
      'a file that is gone',
      { ...TLS, PUBLIC_TLS_CERT: undefined, PUBLIC_TLS_CERT_FILE: '/gone' },
      'PUBLIC_TLS_CERT_FILE | points to /gone',
    ],
  ])('%s', (_what, environment, problem) => {
    const problems = problemsOf({ environment });

    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`environment: ${problem}`);
    expect(problems[0]).not.toContain('PRIVATE KEY');
  });
});
