/** The part of Discord's message and interaction objects that our cards use (API v10, components reference). */

interface Embed {
  /** `0xRRGGBB`: the stripe beside it. */
  readonly color: number;
  readonly description?: string;
  readonly fields?: readonly EmbedField[];
  /** Plain text: no markdown is read in it. */
  readonly footer?: { readonly text: string };
}

export interface EmbedField {
  readonly name: string;
  readonly value: string;
  readonly inline: boolean;
}

export const COMPONENT = { row: 1, button: 2, select: 3, input: 4, label: 18 } as const;
export const BUTTON = { plain: 2, success: 3, danger: 4, link: 5 } as const;
/** Only the one who tapped sees the message. */
export const EPHEMERAL = 64;
/** No link in the message is unfurled. */
export const NO_UNFURLING = 4;

export type Button =
  | {
      readonly type: typeof COMPONENT.button;
      readonly style: typeof BUTTON.plain | typeof BUTTON.success | typeof BUTTON.danger;
      readonly label: string;
      readonly custom_id: string;
    }
  | {
      readonly type: typeof COMPONENT.button;
      readonly style: typeof BUTTON.link;
      readonly label: string;
      readonly url: string;
    };

interface Option {
  readonly label: string;
  readonly value: string;
  readonly description?: string;
  readonly default?: boolean;
}

interface Select {
  readonly type: typeof COMPONENT.select;
  readonly custom_id: string;
  readonly placeholder?: string;
  readonly options: readonly Option[];
}

interface TextInput {
  readonly type: typeof COMPONENT.input;
  readonly custom_id: string;
  /** 2: several lines. */
  readonly style: 2;
  readonly required: boolean;
  readonly max_length: number;
}

/** At most five buttons, or one select. */
export interface Row {
  readonly type: typeof COMPONENT.row;
  readonly components: readonly (Button | Select)[];
}

interface Label {
  readonly type: typeof COMPONENT.label;
  readonly label: string;
  readonly description?: string;
  readonly component: TextInput | Select;
}

/** What a message is made of, new or edited: an empty list takes away what was there. */
export interface Message {
  readonly content: string;
  readonly embeds: readonly Embed[];
  readonly components: readonly Row[];
  readonly allowed_mentions: { readonly parse: readonly never[] };
}

export interface PrivateMessage {
  readonly content?: string;
  readonly embeds?: readonly Embed[];
  readonly allowed_mentions: { readonly parse: readonly never[] };
  readonly flags: number;
}

export interface Modal {
  readonly custom_id: string;
  readonly title: string;
  readonly components: readonly Label[];
}

/** Nobody is pinged by anything that stands in a message of ours. */
export const NO_MENTIONS = { parse: [] } as const;
