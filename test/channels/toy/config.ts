/** What the Toy channel needs: where its platform is, who we are there, and what the platform signs taps with. All or none. */
import { partsOf, problemWith, valueOf, withoutTrailingSlash, type Environment } from '../../../bots/kit/variables.js';
import { peerUrlWrong } from '../../../src/base/net/peer-url.js';
import { Secret } from '../../../src/base/crypto/secret.js';
import { keyBytes } from '../../../src/base/crypto/standard-webhooks.js';
import type { ConfigProblem } from '../../../src/contract/channel.js';
import type { Setting } from '../../../src/contract/setting.js';

export interface ToyConfig {
  /** Without a trailing slash. */
  readonly apiUrl: string;
  readonly token: Secret;
  readonly signingKeys: readonly Secret[];
}

export const TOY_VARIABLES = {
  TOY_API_URL: { meaning: 'Where the Toy platform takes cards.', form: 'an https URL; plain http on loopback only' },
  TOY_TOKEN: { meaning: "The gate's bearer token at the Toy platform.", form: 'a secret, 16 characters or more' },
  TOY_SIGNING_SECRET: {
    meaning: 'What the Toy platform signs taps with. Several, to rotate it.',
    form: '`whsec_` and the base64 of 24 bytes or more; several, comma-separated',
  },
} as const satisfies Readonly<Record<string, Setting>>;

export const TOY_ADDRESS = {
  meaning: "The person's handle on the Toy platform.",
  form: 'lower-case letters, digits and hyphens, at most 32',
  example: '"ada-l"',
} as const satisfies Setting;

type Variable = keyof typeof TOY_VARIABLES;

const NAMES = Object.keys(TOY_VARIABLES) as readonly Variable[];
const TOKEN = /^[\x21-\x7e]{16,}$/;

export function configureToy(environment: Environment): {
  readonly config: ToyConfig | null;
  readonly problems: readonly ConfigProblem[];
} {
  const given = (name: Variable): string => valueOf(environment, name);
  const missing = NAMES.filter((name) => given(name) === '');
  if (missing.length === NAMES.length) return { config: null, problems: [] };
  const [apiUrl, token] = [given('TOY_API_URL'), given('TOY_TOKEN')];
  const keys = partsOf(given('TOY_SIGNING_SECRET')).map(keyBytes);
  const wrong: Readonly<Record<Variable, string | null>> = {
    TOY_API_URL: peerUrlWrong(apiUrl),
    TOY_TOKEN: TOKEN.test(token) ? null : 'is too short, or has characters that no header takes',
    TOY_SIGNING_SECRET: keys.includes(null) ? 'has a part that is no Standard Webhooks secret' : null,
  };
  const problems = NAMES.flatMap((name) => {
    if (missing.includes(name)) return [problem(name, 'is missing, but other Toy variables are set')];
    return wrong[name] === null ? [] : [problem(name, wrong[name])];
  });
  if (problems.length > 0) return { config: null, problems };
  const signingKeys = keys.flatMap((bytes) => (bytes === null ? [] : [new Secret(bytes)]));
  return { config: { apiUrl: withoutTrailingSlash(apiUrl), token: new Secret(token), signingKeys }, problems: [] };
}

export function checkToyHandle(address: string): string | null {
  return isToyHandle(address) ? null : 'is not a Toy handle: lower-case letters, digits and hyphens, like ada-l';
}

export function isToyHandle(text: string): boolean {
  return /^[a-z0-9][a-z0-9-]{0,31}$/.test(text);
}

function problem(key: Variable, what: string): ConfigProblem {
  return problemWith(key, what, `Set ${NAMES.join(', ')}, or none of them.`);
}
