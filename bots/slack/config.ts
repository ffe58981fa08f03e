/** What the slack channel is configured with: a bot token, and exactly one way in for what people tap and type. */
import { peerUrlWrong } from '../../src/base/peer-url.js';
import { Secret } from '../../src/base/secret.js';
import type { ConfigFacts, ConfigProblem } from '../../src/contract/channel.js';

export interface SlackConfig {
  readonly botToken: Secret;
  /** With a trailing slash. */
  readonly apiUrl: string;
  readonly wayIn: WayIn;
}

export type WayIn =
  /** Slack calls `/slack/events` on the public plane. Every key verifies, so that one can be rotated in. */
  | { readonly kind: 'http'; readonly signingKeys: readonly Secret[] }
  /** Socket Mode: we connect out, and no public URL is needed. */
  | { readonly kind: 'socket'; readonly appToken: Secret };

export const SLACK_VARIABLES = {
  SLACK_BOT_TOKEN: 'xoxb-… of the app that is installed in your workspace (bots/slack/manifest.yaml)',
  SLACK_SIGNING_SECRET: 'Way in by HTTP: what Slack signs its calls with; several, comma-separated, for rotation',
  SLACK_APP_TOKEN: 'Way in by Socket Mode: xapp-… with connections:write. Either this or SLACK_SIGNING_SECRET',
  SLACK_API_URL: 'Where Slack’s Web API is. Default: https://slack.com/api/',
} as const;

type Variable = keyof typeof SLACK_VARIABLES;
type Environment = Readonly<Record<string, string | undefined>>;

const SLACKS_OWN_API_URL = 'https://slack.com/api/';
/** Slack's are 32 hex digits; a proxy or a test may have others, but nobody guesses a long one. */
const MIN_SECRET_CHARACTERS = 16;
const VISIBLE = /^[\x21-\x7e]+$/;

export function configureSlack(
  environment: Environment,
  facts: Pick<ConfigFacts, 'isUsed'>,
): { readonly config: SlackConfig | null; readonly problems: readonly ConfigProblem[] } {
  const value = (name: Variable): string => (environment[name] ?? '').trim();
  const isSet = (name: Variable): boolean => value(name) !== '';
  const names = Object.keys(SLACK_VARIABLES) as Variable[];
  if (!names.some(isSet) && !facts.isUsed) return { config: null, problems: [] };

  const apiUrl = isSet('SLACK_API_URL') ? value('SLACK_API_URL') : SLACKS_OWN_API_URL;
  const signingSecrets = value('SLACK_SIGNING_SECRET')
    .split(',')
    .map((part) => part.trim());
  const problems = [
    ...botTokenProblems(value('SLACK_BOT_TOKEN')),
    ...wayInProblems(isSet('SLACK_SIGNING_SECRET'), isSet('SLACK_APP_TOKEN')),
    ...(isSet('SLACK_SIGNING_SECRET') ? signingSecretProblems(signingSecrets) : []),
    ...(isSet('SLACK_APP_TOKEN') ? appTokenProblems(value('SLACK_APP_TOKEN')) : []),
    ...apiUrlProblems(apiUrl),
  ];
  if (problems.length > 0) return { config: null, problems };
  const wayIn: WayIn = isSet('SLACK_APP_TOKEN')
    ? { kind: 'socket', appToken: new Secret(value('SLACK_APP_TOKEN')) }
    : { kind: 'http', signingKeys: signingSecrets.map((secret) => new Secret(secret)) };
  const botToken = new Secret(value('SLACK_BOT_TOKEN'));
  return { config: { botToken, apiUrl: `${apiUrl.replace(/\/+$/, '')}/`, wayIn }, problems: [] };
}

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

function apiUrlProblems(text: string): readonly ConfigProblem[] {
  const cure =
    'Leave it out, or give an https URL without credentials, query or fragment (plain http on loopback only).';
  const wrong = peerUrlWrong(text);
  return wrong === null ? [] : [problem('SLACK_API_URL', wrong, cure)];
}

function problem(key: Variable, what: string, cure: string): ConfigProblem {
  return { file: 'environment', key, problem: what, cure };
}
