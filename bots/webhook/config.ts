/** What the webhook channel needs from the environment: who we are to consumers, and which private networks we may call. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isNetwork } from '../../src/base/reach.js';
import { Secret } from '../../src/base/secret.js';
import type { ConfigFacts, ConfigProblem } from '../../src/contract/channel.js';

export interface WebhookConfig {
  /** The bearer that consumers know us by. */
  readonly token: Secret | null;
  /** PEM. Shown to consumers that ask for a client certificate. */
  readonly clientCertificate: { readonly cert: Secret; readonly key: Secret } | null;
  /** Private networks that producers' callbacks may lie in. */
  readonly allowedNetworks: readonly string[];
}

export const WEBHOOK_VARIABLES = {
  WEBHOOK_TOKEN: 'Bearer token that consumers of the approval payload know the gate by',
  WEBHOOK_CLIENT_CERT: 'PEM client certificate for consumers that want mutual TLS; best as WEBHOOK_CLIENT_CERT_FILE',
  WEBHOOK_CLIENT_KEY: 'PEM key of that certificate, without a passphrase; best as WEBHOOK_CLIENT_KEY_FILE',
  WEBHOOK_ALLOWED_NETWORKS:
    'Private networks that producers’ callbacks may be in, comma-separated: 10.0.1.0/24. Default: public addresses only',
} as const;

type Variable = keyof typeof WEBHOOK_VARIABLES;

/** RFC 6750, 2.1; shorter tokens can be guessed. */
const BEARER = /^[\w.~+/-]{16,}=*$/;

export function configureWebhook(
  environment: Readonly<Record<string, string | undefined>>,
  facts: Pick<ConfigFacts, 'isUsed' | 'sites' | 'producers'>,
): { readonly config: WebhookConfig | null; readonly problems: readonly ConfigProblem[] } {
  const given = (name: Variable): string => (environment[name] ?? '').trim();
  const [token, cert, key] = [given('WEBHOOK_TOKEN'), given('WEBHOOK_CLIENT_CERT'), given('WEBHOOK_CLIENT_KEY')];
  const networks = given('WEBHOOK_ALLOWED_NETWORKS')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const hasConsumers = facts.isUsed || facts.sites.some(({ consumers }) => consumers.size > 0);
  const hasCallbacks = facts.producers.some(({ callbackUrl }) => callbackUrl !== null);
  const problems = [
    ...tokenProblems(token),
    ...certificateProblems(cert, key),
    ...networks.filter((network) => !isNetwork(network)).map(networkProblem),
    ...(hasConsumers && token === '' && cert === '' && key === '' ? [nameless()] : []),
  ];
  if (problems.length > 0) return { config: null, problems };
  const isSet = token !== '' || cert !== '' || networks.length > 0;
  if (!isSet && !hasConsumers && !hasCallbacks) return { config: null, problems: [] };
  return {
    config: {
      token: token === '' ? null : new Secret(token),
      clientCertificate: cert === '' ? null : { cert: new Secret(cert), key: new Secret(key) },
      allowedNetworks: networks,
    },
    problems: [],
  };
}

/** Null for an https URL without credentials; plain http on loopback only. */
export function checkConsumerUrl(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isLoopback = url !== null && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback);
  if (url !== null && isSafe && url.username === '' && url.password === '' && url.hash === '') return null;
  return 'is not an https URL like https://id.example.org/v1/auth-gate/approvals';
}

function tokenProblems(token: string): readonly ConfigProblem[] {
  if (token === '' || BEARER.test(token)) return [];
  const cure = 'Make one with: openssl rand -hex 32';
  return [problem('WEBHOOK_TOKEN', 'is shorter than 16 characters, or holds some that no bearer token may', cure)];
}

function certificateProblems(cert: string, key: string): readonly ConfigProblem[] {
  if (cert === '' && key === '') return [];
  if (cert === '') return [problem('WEBHOOK_CLIENT_CERT', 'is missing, but its key is set', 'Set both, or neither.')];
  if (key === '')
    return [problem('WEBHOOK_CLIENT_KEY', 'is missing, but its certificate is set', 'Set both, or neither.')];
  try {
    const isPair = new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
    if (isPair) return [];
    return [
      problem('WEBHOOK_CLIENT_KEY', 'does not belong to the certificate', 'Give the key the certificate was made for.'),
    ];
  } catch {
    const cure = 'Give both in PEM form, the key without a passphrase.';
    return [problem('WEBHOOK_CLIENT_CERT', 'or its key cannot be read', cure)];
  }
}

function networkProblem(network: string): ConfigProblem {
  const cure = 'Write networks like 10.0.1.0/24 or fd00:1::/64, comma-separated.';
  return problem('WEBHOOK_ALLOWED_NETWORKS', `names "${network.slice(0, 60)}", which is no network`, cure);
}

function nameless(): ConfigProblem {
  const cure = 'Set WEBHOOK_TOKEN to the token the consumer gave you, or a client certificate and its key.';
  return problem('WEBHOOK_TOKEN', 'is not set, but a site delivers to a consumer, which must know who asks', cure);
}

function problem(key: Variable, text: string, cure: string): ConfigProblem {
  return { file: 'environment', key, problem: text, cure };
}
