/** What the webhook channel needs from the environment: who we are to consumers, and which private networks we may call. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { carriedWrong, wideWrong, type NetworkWrong } from '../../src/base/net/network.js';
import { isNetwork } from '../../src/base/net/egress-policy.js';
import { isHttpsOrLoopback } from '../../src/base/net/https-or-loopback.js';
import { Secret } from '../../src/base/crypto/secret.js';
import { wideFlag, wideLists } from '../../src/base/net/wide-networks.js';
import type { ConfigFacts, ConfigProblem } from '../../src/contract/channel.js';
import type { Setting } from '../../src/contract/setting.js';
import { partsOf, problemWith, valueOf, type Environment, type TellProblem } from '../kit/variables.js';

export interface WebhookConfig {
  /** The bearer that consumers know us by. */
  readonly token: Secret | null;
  /** PEM. Shown to consumers that ask for a client certificate. */
  readonly clientCertificate: { readonly cert: Secret; readonly key: Secret } | null;
  /** Private networks that producers' callbacks may lie in. */
  readonly allowedNetworks: readonly string[];
}

export const WEBHOOK_VARIABLES = {
  WEBHOOK_TOKEN: {
    meaning:
      'The bearer token that consumers know the gate by. This or a client certificate is required where a site delivers to a consumer.',
    form: 'a secret, 16 characters or more (`openssl rand -hex 32`)',
  },
  WEBHOOK_CLIENT_CERT: {
    meaning: 'A client certificate for consumers that want mutual TLS.',
    form: 'PEM text; best given as a file, by `WEBHOOK_CLIENT_CERT_FILE`',
  },
  WEBHOOK_CLIENT_KEY: {
    meaning: 'The key of that certificate, without a passphrase.',
    form: 'PEM text; best given as a file, by `WEBHOOK_CLIENT_KEY_FILE`',
  },
  WEBHOOK_ALLOWED_NETWORKS: {
    meaning: "Private networks that producers' callbacks may go to.",
    form: 'CIDR networks, comma-separated',
    default: 'public addresses only',
    example: '10.0.1.0/24',
    holdsNetworks: true,
  },
} as const satisfies Readonly<Record<string, Setting>>;

export const WEBHOOK_ADDRESS = {
  meaning: 'A service of yours that gets each request as JSON (RFC 001 of Koder).',
  form: 'an https URL; plain http on loopback only',
  example: '"https://id.example.org/v1/auth-gate/approvals"',
} as const satisfies Setting;

type Variable = keyof typeof WEBHOOK_VARIABLES;

const problem: TellProblem<Variable> = problemWith;

const NETWORKS = 'WEBHOOK_ALLOWED_NETWORKS' satisfies Variable;

/** RFC 6750, 2.1; shorter tokens can be guessed. */
const BEARER = /^[\w.~+/-]{16,}=*$/;

export function configureWebhook(
  environment: Environment,
  facts: Pick<ConfigFacts, 'isUsed' | 'sites' | 'producers'>,
): { readonly config: WebhookConfig | null; readonly problems: readonly ConfigProblem[] } {
  const given = (name: Variable): string => valueOf(environment, name);
  const [token, cert, key] = [given('WEBHOOK_TOKEN'), given('WEBHOOK_CLIENT_CERT'), given('WEBHOOK_CLIENT_KEY')];
  const networks = partsOf(given('WEBHOOK_ALLOWED_NETWORKS')).filter((part) => part !== '');
  const hasConsumers = facts.isUsed || facts.sites.some(({ consumers }) => consumers.size > 0);
  const hasCallbacks = facts.producers.some(({ callbackUrl }) => callbackUrl !== null);
  const problems = [
    ...tokenProblems(token),
    ...certificateProblems(cert, key),
    ...networks.filter((network) => !isNetwork(network)).map(networkProblem),
    ...wrongNetworks(networks, environment['ALLOW_WIDE_NETWORKS'] ?? '').map((wrong) =>
      problem(NETWORKS, wrong.problem, wrong.cure),
    ),
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
  if (url !== null && isHttpsOrLoopback(url) && url.username === '' && url.password === '' && url.hash === '')
    return null;
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

/** Networks in forms that carry IPv4, and lists that are wider than anybody means. `ALLOW_WIDE_NETWORKS` says that it is meant. */
function wrongNetworks(networks: readonly string[], allowed: string): readonly NetworkWrong[] {
  const wide = wideWrong(networks, { isAllowed: wideLists(allowed).includes(NETWORKS), flag: wideFlag(NETWORKS) });
  return [...networks.flatMap((network) => carriedWrong(network) ?? []), ...(wide === null ? [] : [wide])];
}

function nameless(): ConfigProblem {
  const cure = 'Set WEBHOOK_TOKEN to the token the consumer gave you, or a client certificate and its key.';
  return problem('WEBHOOK_TOKEN', 'is not set, but a site delivers to a consumer, which must know who asks', cure);
}
