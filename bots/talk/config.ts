/**
 * What the talk channel is configured with: another Talk server by three variables, or the embedded one by none. Beside
 * the three, the workspace of approvers' handles that name none.
 */
import { keyBytes } from '../../src/base/crypto/standard-webhooks.js';
import { Secret } from '../../src/base/crypto/secret.js';
import type { ConfigFacts, ConfigProblem } from '../../src/contract/channel.js';
import type { Setting } from '../../src/contract/setting.js';
import {
  partsOf,
  problemWith,
  urlProblems,
  valueOf,
  withoutTrailingSlash,
  type Environment,
  type TellProblem,
} from '../kit/variables.js';
import { EMBEDDED_WORKSPACE, isWorkspace, type Workspaces } from './address.js';

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
  TALK_API_URL: {
    meaning:
      "Where another Talk server takes the bot's calls; docs/talk-wire.md is the contract. All three of this and the two below, or none.",
    form: 'an https URL; plain http on loopback only',
    default: 'the embedded Talk, at `PUBLIC_URL/talk`',
    example: 'https://talk.example.org/api',
  },
  TALK_BOT_TOKEN: { meaning: "The bot's bearer token at that Talk server.", form: 'a secret, 16 characters or more' },
  TALK_SIGNING_SECRET: {
    meaning: 'What both sides sign with. Several, to rotate it: the first signs, all verify.',
    form: '`whsec_` and the base64 of 24 bytes or more; several, comma-separated',
  },
  TALK_WORKSPACE: {
    meaning: 'The workspace, at another Talk server, of approvers whose address names none.',
    form: 'a name of letters, digits and . _ -, at most 64',
    default: 'each approver writes `<workspace>:<handle>`',
    example: 'acme',
  },
} as const satisfies Readonly<Record<string, Setting>>;

export const TALK_CONSUMER = {
  meaning:
    'The consumer that gets each request as JSON (RFC 001 of Koder) in place of a Talk card, for every site that names no `url` of its own.',
  form: 'an https URL; plain http on loopback only',
  default: 'none',
  example: 'https://talk.example.org/api/v1/bots/koder-gate/approvals',
  readBy: 'courier',
} as const satisfies Setting;

type Variable = keyof typeof TALK_VARIABLES;

const problem: TellProblem<Variable> = problemWith;
const said: (environment: Environment, name: Variable) => string = valueOf;

/** All of them name another Talk server; none of them the embedded one. */
const SERVER_VARIABLES = [
  'TALK_API_URL',
  'TALK_BOT_TOKEN',
  'TALK_SIGNING_SECRET',
] as const satisfies readonly Variable[];

/** Short enough for any server's tokens, long enough that nobody guesses one. */
const MIN_TOKEN_CHARACTERS = 16;

const API_URL_CURE = 'Give an https URL without credentials, query or fragment (plain http on loopback only).';

export function configureTalk(
  environment: Environment,
  facts: Pick<ConfigFacts, 'isUsed'>,
): { readonly config: TalkConfig | null; readonly problems: readonly ConfigProblem[] } {
  const missing = SERVER_VARIABLES.filter((name) => said(environment, name) === '');
  const workspace = said(environment, 'TALK_WORKSPACE');
  if (missing.length === SERVER_VARIABLES.length) {
    if (workspace !== '') return { config: null, problems: [workspaceOfNothing()] };
    return { config: facts.isUsed ? { kind: 'embedded' } : null, problems: [] };
  }

  const apiUrl = said(environment, 'TALK_API_URL');
  const token = said(environment, 'TALK_BOT_TOKEN');
  const secrets = partsOf(said(environment, 'TALK_SIGNING_SECRET'));
  const problems = [
    ...missing.map((name) =>
      problem(
        name,
        'is missing, but other Talk variables are set',
        `Set ${name}, or none of ${SERVER_VARIABLES.join(', ')}.`,
      ),
    ),
    ...(missing.includes('TALK_API_URL') ? [] : urlProblems('TALK_API_URL', apiUrl, API_URL_CURE)),
    ...(missing.includes('TALK_BOT_TOKEN') ? [] : tokenProblems(token)),
    ...(missing.includes('TALK_SIGNING_SECRET') ? [] : secretProblems(secrets)),
    ...(workspace === '' || isWorkspace(workspace) ? [] : [noWorkspace()]),
  ];
  if (problems.length > 0) return { config: null, problems };
  const signingKeys = secrets.map((secret) => keyBytes(secret)).filter((bytes) => bytes !== null);
  return {
    config: {
      kind: 'remote',
      apiUrl: withoutTrailingSlash(apiUrl),
      botToken: new Secret(token),
      signingKeys: signingKeys.map((bytes) => new Secret(bytes)),
    },
    problems: [],
  };
}

/** Which workspaces an approver's address may be of. A TALK_WORKSPACE that is wrong is told once, not with every address. */
export function talkWorkspaces(environment: Environment): Workspaces {
  const isEmbedded = SERVER_VARIABLES.every((name) => said(environment, name) === '');
  const workspace = said(environment, 'TALK_WORKSPACE');
  return { isEmbedded, ofServer: isEmbedded ? EMBEDDED_WORKSPACE : workspace === '' ? null : workspace };
}

function workspaceOfNothing(): ConfigProblem {
  const cure = `Take it out: the embedded Talk has a workspace of its own. Or set ${SERVER_VARIABLES.join(', ')}, too.`;
  return problem('TALK_WORKSPACE', 'is set, but no Talk server is', cure);
}

function noWorkspace(): ConfigProblem {
  const cure = 'Write it as the Talk server names it in its calls: letters, digits and . _ -, at most 64.';
  return problem('TALK_WORKSPACE', 'is not the name of a workspace', cure);
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
