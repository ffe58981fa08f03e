/** The registry: one line a channel. Eager configuration schemas, lazy SDKs. */
import type { RegistryEntry } from '../src/contract/channel.js';
import { discordEntry } from './discord/entry.js';
import { emailEntry } from './email/entry.js';
import { koderIdEntry } from './koder-id/entry.js';
import { slackEntry } from './slack/entry.js';
import { talkEntry } from './talk/entry.js';
import { webhookEntry } from './webhook/entry.js';

export const channels = [
  talkEntry,
  koderIdEntry,
  emailEntry,
  webhookEntry,
  slackEntry,
  discordEntry,
] as const satisfies readonly RegistryEntry[];
