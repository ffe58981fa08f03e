/** What the talk channel is configured with: another Talk server by three variables, or the embedded one by none. */
import { keyBytes } from '../../src/base/standard-webhooks.js';
import { Secret } from '../../src/base/secret.js';
import type { ConfigFacts, ConfigProblem } from '../../src/contract/channel.js';

export type TalkConfig =
  | { readonly kind: 'embedded' }
  | {
      readonly kind: 'remote';
      /** Without a trailing slash. */
      readonly apiUrl: string;
      readonly botToken: Secret;
      /** The first signs, all verify. */
      readonly signingKeys: readonly Secret[];
    };

export const TALK_VARIABLES = {
  TALK_API_URL:
    'Where your Talk server takes the bot’s calls (docs/talk-wire.md). Unset, with the two below: the embedded Talk',
  TALK_BOT_TOKEN: 'The bot’s bearer token at that Talk server',
  TALK_SIGNING_SECRET: 'whsec_… that both sides sign with; several, comma-separated, for rotation: the first signs',
} as const;

type Variable = keyof typeof TALK_VARIABLES;

/** Short enough for any server's tokens, long enough that nobody guesses one. */
const MIN_TOKEN_CHARACTERS = 16;
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

export function configureTalk(
  environment: Readonly<Record<string, string | undefined>>,
  facts: Pick<ConfigFacts, 'isUsed'>,
): { readonly config: TalkConfig | null; readonly problems: readonly ConfigProblem[] } {
  const names = Object.keys(TALK_VARIABLES) as Variable[];
  const missing = names.filter((name) => (environment[name] ?? '').trim() === '');
  if (missing.length === names.length) return { config: facts.isUsed ? { kind: 'embedded' } : null, problems: [] };

  const apiUrl = (environment['TALK_API_URL'] ?? '').trim();
  const token = (environment['TALK_BOT_TOKEN'] ?? '').trim();
  const secrets = (environment['TALK_SIGNING_SECRET'] ?? '').split(',').map((part) => part.trim());
  const problems = [
    ...missing.map((name) =>
      problem(name, 'is missing, but other Talk variables are set', `Set ${name}, or none of ${names.join(', ')}.`),
    ),
    ...(missing.includes('TALK_API_URL') ? [] : urlProblems(apiUrl)),
    ...(missing.includes('TALK_BOT_TOKEN') ? [] : tokenProblems(token)),
    ...(missing.includes('TALK_SIGNING_SECRET') ? [] : secretProblems(secrets)),
  ];
  if (problems.length > 0) return { config: null, problems };
  const signingKeys = secrets.map((secret) => keyBytes(secret)).filter((bytes) => bytes !== null);
  return {
    config: {
      kind: 'remote',
      apiUrl: apiUrl.replace(/\/+$/, ''),
      botToken: new Secret(token),
      signingKeys: signingKeys.map((bytes) => new Secret(bytes)),
    },
    problems: [],
  };
}

/** What is wrong with a Talk handle (docs/talk-wire.md), or null: `rpm`, `rpm@koder.dev`. */
export function checkTalkHandle(address: string): string | null {
  if (/^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}(@[A-Za-z0-9][A-Za-z0-9.-]{0,252})?$/.test(address)) return null;
  return 'is not a Talk handle: letters, digits and . _ + -, then perhaps @ and a domain, like rpm@koder.dev';
}

function urlProblems(text: string): readonly ConfigProblem[] {
  const cure = 'Give an https URL without credentials, query or fragment (plain http on loopback only).';
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) return [problem('TALK_API_URL', 'is not a URL', cure)];
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname));
  const isPlain = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  return isSafe && isPlain ? [] : [problem('TALK_API_URL', 'is not a URL that a token may be sent to', cure)];
}

function tokenProblems(token: string): readonly ConfigProblem[] {
  if (token.length >= MIN_TOKEN_CHARACTERS && /^[\x21-\x7e]+$/.test(token)) return [];
  const cure = `Use at least ${String(MIN_TOKEN_CHARACTERS)} visible ASCII characters without spaces.`;
  return [problem('TALK_BOT_TOKEN', 'is too short or has characters that no header takes', cure)];
}

function secretProblems(secrets: readonly string[]): readonly ConfigProblem[] {
  if (secrets.every((secret) => keyBytes(secret) !== null)) return [];
  const cure = 'Each is whsec_ and the base64 of 24 bytes or more: echo "whsec_$(openssl rand -base64 32)".';
  return [problem('TALK_SIGNING_SECRET', 'has a part that is no Standard Webhooks secret', cure)];
}

function problem(key: Variable, what: string, cure: string): ConfigProblem {
  return { file: 'environment', key, problem: what, cure };
}
