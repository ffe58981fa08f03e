/** The table of stages: a channel of the registry without a stage does not compile. */
import type { channels } from '../../../bots/index.js';
import type { Stage } from '../stage.js';
import { discordStages } from './discord.js';
import { emailStages } from './email.js';
import { slackStages } from './slack.js';
import { talkStages } from './talk.js';
import { webhookStages } from './webhook.js';

/** The registry's names as literals. An entry typed with a mere `string` as its name would make this table worthless. */
export type RegistryName = Extract<(typeof channels)[number], { readonly load: unknown }>['name'];
type Literal<Name extends string> = string extends Name ? 'an entry must keep its name as a literal type' : Name;

export const stages = {
  talk: talkStages,
  email: emailStages,
  slack: slackStages,
  webhook: webhookStages,
  discord: discordStages,
} as const satisfies Record<Literal<RegistryName>, readonly [Stage, ...Stage[]]>;
