/**
 * `/gate` as Discord knows it: a subcommand a verb, an option a word of its line. What a verb does, and what it says of
 * itself, is the command room's; this is the table of fields that Discord's users fill in.
 */

export const COMMAND_NAME = 'gate';

/** Discord, “Application Command Option Type”. */
const OPTION = { subcommand: 1, text: 3, whole: 4 } as const;
/** Discord, “Interaction Context Types”: in a server, and in direct messages with the bot. */
const CONTEXTS = [0, 1] as const;
/** Installed to servers; not to users, who share no server with the bot. */
const INSTALLED_TO = [0] as const;

export type OptionName = 'id' | 'what' | 'address' | 'site' | 'verb' | 'because' | 'telling' | 'for' | 'page';

interface Field {
  readonly description: string;
  readonly isCompleted?: true;
  /** A whole number, from 1. */
  readonly isCount?: true;
}

const FIELDS: Readonly<Record<OptionName, Field>> = {
  id: { description: 'The start of the request’s id', isCompleted: true },
  what: { description: 'A request’s id, a grant’s number, an address or a site', isCompleted: true },
  address: { description: 'The visitor’s address: 203.0.113.7' },
  site: { description: 'The site’s host name: stg.example.org' },
  verb: { description: 'The command to explain', isCompleted: true },
  because: { description: 'Why; approvers read it, the visitor does not' },
  telling: { description: 'Why; the visitor reads it, too' },
  for: { description: 'For how long: 30m, 8h or 7d' },
  page: { description: 'The page of a long list', isCount: true },
};

/** How each field is written in the line, in the line's order. `isRest`: as it was typed, to the end of the line. */
export const LINE_WORDS: Readonly<Record<OptionName, { readonly keyword: string | null; readonly isRest: boolean }>> = {
  id: { keyword: null, isRest: false },
  what: { keyword: null, isRest: false },
  address: { keyword: null, isRest: false },
  site: { keyword: null, isRest: false },
  verb: { keyword: null, isRest: false },
  for: { keyword: 'for', isRest: false },
  page: { keyword: 'page', isRest: false },
  because: { keyword: 'because', isRest: true },
  telling: { keyword: 'telling', isRest: true },
};

interface VerbFields {
  readonly summary: string;
  readonly needs: readonly OptionName[];
  readonly takes: readonly OptionName[];
}

/** The verbs of the grammar (src/commands). */
export const VERBS = {
  pending: { summary: 'What waits for an answer', needs: [], takes: ['site', 'page'] },
  show: { summary: 'One request whole', needs: ['id'], takes: [] },
  approve: { summary: 'Lets the visitor in', needs: ['id'], takes: ['for'] },
  deny: { summary: 'Refuses the visitor', needs: ['id'], takes: ['because', 'telling'] },
  grants: { summary: 'Who may pass, and until when', needs: [], takes: ['site', 'page'] },
  grant: { summary: 'Lets an address in without being asked', needs: ['address', 'site'], takes: ['for'] },
  revoke: { summary: 'Ends a grant, or all of an address', needs: ['what'], takes: [] },
  extend: { summary: 'Moves the end of a request’s live grant', needs: ['id'], takes: ['for'] },
  history: { summary: 'What was done, newest first', needs: [], takes: ['site', 'page'] },
  mute: { summary: 'No cards from a site or an address for a while', needs: ['what'], takes: ['for'] },
  unmute: { summary: 'Cards again', needs: ['what'], takes: [] },
  who: { summary: 'Who you are here', needs: [], takes: [] },
  accounts: { summary: 'The chat accounts that are bound to you', needs: [], takes: ['page'] },
  link: { summary: 'A one-time code that binds this account to an approver', needs: [], takes: [] },
  unlink: { summary: 'Unbinds this account', needs: [], takes: [] },
  doctor: { summary: 'What works, what does not, and what to do', needs: [], takes: [] },
  drill: { summary: 'A harmless test card on every channel', needs: [], takes: [] },
  help: { summary: 'What can be done, and how to type it', needs: [], takes: ['verb'] },
} as const satisfies Readonly<Record<string, VerbFields>>;

export type SlashVerb = keyof typeof VERBS;

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

/** What is registered, whole: Discord lists required options first. */
export function slashCommands(): readonly SlashCommand[] {
  const verbs: readonly (readonly [string, VerbFields])[] = Object.entries(VERBS);
  const options = verbs.map(([name, { summary, needs, takes }]) => ({
    type: OPTION.subcommand,
    name,
    description: summary,
    options: [...needs.map((field) => option(field, true)), ...takes.map((field) => option(field, false))],
  }));
  return [
    {
      type: 1,
      name: COMMAND_NAME,
      description: 'Who may visit what: approve, deny, grant, revoke',
      contexts: CONTEXTS,
      integration_types: INSTALLED_TO,
      options,
    },
  ];
}

function option(name: OptionName, isRequired: boolean): SlashOption {
  const { description, isCompleted, isCount } = FIELDS[name];
  return {
    type: isCount === true ? OPTION.whole : OPTION.text,
    name,
    description,
    required: isRequired,
    ...(isCompleted === true ? { autocomplete: true } : {}),
    ...(isCount === true ? { min_value: 1 } : {}),
  };
}
