/** What the Discord channel is configured with. A public key chooses how taps come in: by HTTP, or else by the gateway. */
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

export interface DiscordConfig {
  /** Without version and trailing slash. */
  readonly apiUrl: string;
  readonly botToken: Secret;
  readonly applicationId: string;
  /** 64 hex digits each; all of them verify. None: the gateway. */
  readonly publicKeys: readonly string[];
}

const DEFAULT_API_URL = 'https://discord.com/api';

export const DISCORD_VARIABLES = {
  DISCORD_BOT_TOKEN: {
    meaning:
      "The bot's token, from the page Bot of https://discord.com/developers/applications. docs/discord.md has the whole way.",
    form: 'a secret',
  },
  DISCORD_APPLICATION_ID: {
    meaning: "The application's id, from its page General Information.",
    form: 'digits',
    example: '80351110224678912',
  },
  DISCORD_PUBLIC_KEY: {
    meaning:
      'Its public key, from the same page. Set: Discord calls the gate, at `PUBLIC_URL/discord/interactions`. Several, to rotate it.',
    form: '64 hex digits; several, comma-separated',
    default: 'the gate connects to Discord, and needs no public address',
  },
  DISCORD_API_URL: {
    meaning: 'Where Discord is reached by way of something else.',
    form: 'an https URL',
    default: DEFAULT_API_URL,
  },
} as const satisfies Readonly<Record<string, Setting>>;

type Variable = keyof typeof DISCORD_VARIABLES;

const problem: TellProblem<Variable> = problemWith;

/** Discord, reference, “Snowflakes”: 64 bits in decimal. */
const SNOWFLAKE = /^[1-9]\d{14,19}$/;
const PUBLIC_KEY = /^[0-9a-f]{64}$/;
/** Three parts in base64url; Discord documents no length, and no token is shorter. */
const BOT_TOKEN = /^[\w-]{18,}\.[\w-]{4,}\.[\w-]{20,}$/;

const API_URL_CURE = 'Leave it out for Discord’s own, or give an https URL without credentials, query or fragment.';

export function configureDiscord(
  environment: Environment,
  facts: Pick<ConfigFacts, 'isUsed'>,
): { readonly config: DiscordConfig | null; readonly problems: readonly ConfigProblem[] } {
  const said = (name: Variable): string => valueOf(environment, name);
  const names = Object.keys(DISCORD_VARIABLES) as Variable[];
  if (!facts.isUsed && names.every((name) => said(name) === '')) return { config: null, problems: [] };
  const publicKeys = said('DISCORD_PUBLIC_KEY').toLowerCase();
  const keys = publicKeys === '' ? [] : partsOf(publicKeys);
  const apiUrl = said('DISCORD_API_URL') === '' ? DEFAULT_API_URL : said('DISCORD_API_URL');
  const problems = [
    ...tokenProblems(said('DISCORD_BOT_TOKEN')),
    ...applicationProblems(said('DISCORD_APPLICATION_ID')),
    ...keyProblems(keys),
    ...urlProblems('DISCORD_API_URL', apiUrl, API_URL_CURE),
  ];
  if (problems.length > 0) return { config: null, problems };
  return {
    config: {
      apiUrl: withoutTrailingSlash(apiUrl),
      botToken: new Secret(said('DISCORD_BOT_TOKEN')),
      applicationId: said('DISCORD_APPLICATION_ID'),
      publicKeys: keys,
    },
    problems: [],
  };
}

export const DISCORD_ADDRESS = {
  meaning: "The user's id at Discord: Developer Mode, right-click the user, Copy User ID. Names match nobody.",
  form: 'digits',
  example: '"80351110224678912"',
} as const satisfies Setting;

export const DISCORD_ROOM = {
  meaning:
    'The id of a channel with one card for everybody: right-click it, Copy Channel ID. Only approvers decide there.',
  form: 'digits',
  default: 'a card for each approver',
  example: '"1101112131415161718"',
} as const satisfies Setting;

/** What is wrong with an approver's address on Discord, or null: the user's id, as “Copy User ID” gives it. */
export function checkDiscordUser(address: string): string | null {
  if (SNOWFLAKE.test(address)) return null;
  return 'is not a Discord user id: a number like 80351110224678912 (Developer Mode, right-click the user, Copy User ID)';
}

/** What is wrong with a room's address, or null: a channel's id, as “Copy Channel ID” gives it. */
export function checkDiscordRoom(address: string): string | null {
  if (SNOWFLAKE.test(address)) return null;
  return 'is not a Discord channel id: a number like 1101112131415161718 (Developer Mode, right-click the channel, Copy Channel ID)';
}

function tokenProblems(token: string): readonly ConfigProblem[] {
  const cure =
    'Copy it from the application’s page “Bot” at https://discord.com/developers/applications (Reset Token).';
  if (token === '') return [problem('DISCORD_BOT_TOKEN', 'is missing, and the Discord channel needs it', cure)];
  if (BOT_TOKEN.test(token)) return [];
  return [problem('DISCORD_BOT_TOKEN', 'is no bot token: three parts with dots between them', cure)];
}

function applicationProblems(id: string): readonly ConfigProblem[] {
  const cure = 'Copy Application ID from the page “General Information”: digits alone.';
  if (id === '') return [problem('DISCORD_APPLICATION_ID', 'is missing, and the Discord channel needs it', cure)];
  return SNOWFLAKE.test(id) ? [] : [problem('DISCORD_APPLICATION_ID', 'is no application id', cure)];
}

function keyProblems(keys: readonly string[]): readonly ConfigProblem[] {
  if (keys.every((key) => PUBLIC_KEY.test(key))) return [];
  const cure = 'Copy Public Key from the page “General Information”: 64 hex digits. Several are parted by commas.';
  return [problem('DISCORD_PUBLIC_KEY', 'has a part that is no Ed25519 public key', cure)];
}
