/**
 * `/gate` as Discord knows it: a subcommand a verb, an option a parameter, made from what the verbs declare (src/commands).
 * What is for operators alone is left out: in a chat nobody acts as an operator.
 */
import type { Declaration, Parameter } from '../../../src/commands/declaration.js';
import { VERBS } from '../../../src/commands/verbs.js';
import { capitalized } from '../../../src/commands/written.js';

export const COMMAND_NAME = 'gate';

/** Discord, “Application Command Option Type”. */
const OPTION = { subcommand: 1, text: 3, whole: 4 } as const;
/** Discord, “Interaction Context Types”: in a server, and in direct messages with the bot. */
const CONTEXTS = [0, 1] as const;
/** Installed to servers; not to users, who share no server with the bot. */
const INSTALLED_TO = [0] as const;

export interface SlashOption {
  readonly type: number;
  readonly name: string;
  readonly description: string;
  readonly required?: boolean;
  readonly autocomplete?: boolean;
  readonly min_value?: number;
  readonly options?: readonly SlashOption[];
}

export interface SlashCommand {
  readonly type: 1;
  readonly name: string;
  readonly description: string;
  readonly contexts: readonly number[];
  readonly integration_types: readonly number[];
  readonly options: readonly SlashOption[];
}

/** The verbs that people on Discord are offered. */
export const OFFERED: readonly Declaration[] = VERBS.filter(({ isFor }) => isFor !== 'operators');

/** What is registered, whole: Discord lists required options first. */
export function slashCommands(): readonly SlashCommand[] {
  return [
    {
      type: 1,
      name: COMMAND_NAME,
      description: 'Who may visit what: approve, deny, grant, revoke',
      contexts: CONTEXTS,
      integration_types: INSTALLED_TO,
      options: OFFERED.map(subcommand),
    },
  ];
}

function subcommand({ name, summary, parameters }: Declaration): SlashOption {
  const options = Object.entries(parameters)
    .filter(([, { isFor }]) => isFor !== 'operators')
    .map(([key, parameter]) => option(key, parameter));
  return { type: OPTION.subcommand, name, description: capitalized(summary), options };
}

function option(name: string, { kind, help, isRequired, completedBy }: Parameter): SlashOption {
  return {
    type: kind === 'page' ? OPTION.whole : OPTION.text,
    name,
    description: capitalized(help),
    required: isRequired === true,
    ...(completedBy === undefined ? {} : { autocomplete: true }),
    ...(kind === 'page' ? { min_value: 1 } : {}),
  };
}
