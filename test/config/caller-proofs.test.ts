/** How producers prove who calls: what is read. */
import { describe, expect, test } from '@jest/globals';
import type { ProducerSecrets } from '../../src/config/config.js';
import { configOf, problemsOf, type Variation } from '../fixtures/sites/loading.js';
import { authority, DIGEST, ENVIRONMENT, jet, server, TLS } from '../fixtures/sites/caller-proofs.js';

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
