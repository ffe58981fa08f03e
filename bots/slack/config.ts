/** What the slack channel is configured with: a bot token, and exactly one way in for what people tap and type. */
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

export interface SlackConfig {
  readonly botToken: Secret;
  /** With a trailing slash. */
  readonly apiUrl: string;
  readonly wayIn: WayIn;
}

type WayIn =
  /** Slack calls `/slack/events` on the public plane. Every key verifies, so that one can be rotated in. */
  | { readonly kind: 'http'; readonly signingKeys: readonly Secret[] }
  /** Socket Mode: we connect out, and no public URL is needed. */
  | { readonly kind: 'socket'; readonly appToken: Secret };

const SLACKS_OWN_API_URL = 'https://slack.com/api/';

export const SLACK_VARIABLES = {
  SLACK_BOT_TOKEN: {
    meaning:
      "The bot's token, of the app that was made from bots/slack/manifest.yaml and installed in your workspace. docs/slack.md has the whole way.",
    form: 'a secret, `xoxb-…`',
    example: 'xoxb-',
  },
  SLACK_SIGNING_SECRET: {
    meaning:
      'What Slack signs its calls with, where it calls the gate at `PUBLIC_URL/slack/events`. Either this or `SLACK_APP_TOKEN`. Several, to rotate it.',
    form: 'a secret; several, comma-separated',
  },
  SLACK_APP_TOKEN: {
    meaning:
      'The app-level token with `connections:write`, where the gate connects to Slack (Socket Mode) and needs no public address. Either this or `SLACK_SIGNING_SECRET`.',
    form: 'a secret, `xapp-…`',
    example: 'xapp-',
  },
  SLACK_API_URL: {
    meaning: 'Where Slack is reached by way of something else.',
    form: 'an https URL; plain http on loopback only',
    default: SLACKS_OWN_API_URL,
  },
} as const satisfies Readonly<Record<string, Setting>>;

type Variable = keyof typeof SLACK_VARIABLES;

const problem: TellProblem<Variable> = problemWith;

/** Slack's are 32 hex digits; a proxy or a test may have others, but nobody guesses a long one. */
const MIN_SECRET_CHARACTERS = 16;
const VISIBLE = /^[\x21-\x7e]+$/;

const API_URL_CURE =
  'Leave it out, or give an https URL without credentials, query or fragment (plain http on loopback only).';

export function configureSlack(
  environment: Environment,
  facts: Pick<ConfigFacts, 'isUsed'>,
): { readonly config: SlackConfig | null; readonly problems: readonly ConfigProblem[] } {
  const value = (name: Variable): string => valueOf(environment, name);
  const isSet = (name: Variable): boolean => value(name) !== '';
  const names = Object.keys(SLACK_VARIABLES) as Variable[];
  if (!names.some(isSet) && !facts.isUsed) return { config: null, problems: [] };

  const apiUrl = isSet('SLACK_API_URL') ? value('SLACK_API_URL') : SLACKS_OWN_API_URL;
  const signingSecrets = partsOf(value('SLACK_SIGNING_SECRET'));
  const problems = [
    ...botTokenProblems(value('SLACK_BOT_TOKEN')),
    ...wayInProblems(isSet('SLACK_SIGNING_SECRET'), isSet('SLACK_APP_TOKEN')),
    ...(isSet('SLACK_SIGNING_SECRET') ? signingSecretProblems(signingSecrets) : []),
    ...(isSet('SLACK_APP_TOKEN') ? appTokenProblems(value('SLACK_APP_TOKEN')) : []),
    ...urlProblems('SLACK_API_URL', apiUrl, API_URL_CURE),
  ];
  if (problems.length > 0) return { config: null, problems };
  const wayIn: WayIn = isSet('SLACK_APP_TOKEN')
    ? { kind: 'socket', appToken: new Secret(value('SLACK_APP_TOKEN')) }
    : { kind: 'http', signingKeys: signingSecrets.map((secret) => new Secret(secret)) };
  const botToken = new Secret(value('SLACK_BOT_TOKEN'));
  return { config: { botToken, apiUrl: `${withoutTrailingSlash(apiUrl)}/`, wayIn }, problems: [] };
}

export const SLACK_ADDRESS = {
  meaning: 'The workspace and the member of it: profile, ⋮, Copy member ID. Names and e-mail addresses match nobody.',
  form: '`<workspace>:<member>`',
  example: '"T024BE7LD:U061F7AUR"',
} as const satisfies Setting;

export const SLACK_ROOM = {
  meaning:
    'The id of a channel with one card for everybody: channel details, at the very bottom. Only approvers decide there.',
  form: 'an id that begins with C or G',
  default: 'a card for each approver',
  example: '"C024BE91L"',
} as const satisfies Setting;

/** What is wrong with an approver's address on Slack, or null. Names and mail addresses never match anybody. */
export function checkSlackAddress(address: string): string | null {
  if (/^[TE][A-Z0-9]{2,20}:[UW][A-Z0-9]{2,20}$/.test(address)) return null;
  return 'is not a workspace and a member of it, like T024BE7LD:U061F7AUR (in Slack: profile, ⋮, Copy member ID)';
}

/** The same for a channel that a site posts to. A name can be given to another channel; an id cannot. */
export function checkSlackRoom(address: string): string | null {
  if (/^[CG][A-Z0-9]{2,20}$/.test(address)) return null;
  return 'is not the id of a Slack channel, like C024BE91L (in Slack: channel details, at the very bottom)';
}

function botTokenProblems(token: string): readonly ConfigProblem[] {
  const cure = 'Install the app (bots/slack/manifest.yaml) and copy its Bot User OAuth Token, xoxb-….';
  if (token === '') return [problem('SLACK_BOT_TOKEN', 'is missing, and without it Slack cannot be reached', cure)];
  const isWhole = /^(xoxe\.)?xoxb-/.test(token) && token.length >= MIN_SECRET_CHARACTERS && VISIBLE.test(token);
  return isWhole ? [] : [problem('SLACK_BOT_TOKEN', 'is not a bot token', cure)];
}

function wayInProblems(hasSecret: boolean, hasAppToken: boolean): readonly ConfigProblem[] {
  if (hasSecret && hasAppToken) {
    const cure = 'Keep SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP, and remove the other.';
    return [problem('SLACK_APP_TOKEN', 'is set beside SLACK_SIGNING_SECRET: taps have one way in', cure)];
  }
  if (hasSecret || hasAppToken) return [];
  const cure = 'Set SLACK_SIGNING_SECRET (Slack calls PUBLIC_URL) or SLACK_APP_TOKEN (Socket Mode, no public URL).';
  return [problem('SLACK_SIGNING_SECRET', 'is missing: cards would arrive that nobody can tap', cure)];
}

function signingSecretProblems(secrets: readonly string[]): readonly ConfigProblem[] {
  if (secrets.every((secret) => secret.length >= MIN_SECRET_CHARACTERS && VISIBLE.test(secret))) return [];
  const cure = 'Copy the Signing Secret of the app’s Basic Information page; several are parted by commas.';
  return [problem('SLACK_SIGNING_SECRET', 'has a part that is no signing secret', cure)];
}

function appTokenProblems(token: string): readonly ConfigProblem[] {
  if (token.startsWith('xapp-') && token.length >= MIN_SECRET_CHARACTERS && VISIBLE.test(token)) return [];
  const cure = 'Make an App-Level Token with connections:write on the app’s Basic Information page.';
  return [problem('SLACK_APP_TOKEN', 'is not an app-level token, xapp-…', cure)];
}
