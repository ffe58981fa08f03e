/**
 * The part of Adaptive Cards 1.5 that our cards use, typed by hand (adaptivecards.io/explorer). Untrusted text has a
 * type of its own: a `TextBlock` takes only words of ours, because clients read markdown in it.
 */

/** The only element that shows text verbatim in every client. */
interface TextRun {
  readonly type: 'TextRun';
  readonly text: string;
  readonly weight?: 'Bolder';
  readonly size?: 'Medium';
  readonly isSubtle?: true;
}

export interface RichTextBlock {
  readonly type: 'RichTextBlock';
  readonly inlines: readonly TextRun[];
  readonly spacing?: 'None' | 'Small' | 'Medium';
}

/** `text` is a constant of ours, never a fact of a visitor. */
export interface TextBlock {
  readonly type: 'TextBlock';
  readonly text: string;
  readonly style?: 'heading';
  readonly size?: 'Large';
  readonly weight?: 'Bolder';
  readonly color?: 'Good' | 'Attention' | 'Warning';
  readonly isSubtle?: true;
  readonly wrap: true;
  readonly spacing?: 'None' | 'Small' | 'Medium';
}

interface Column {
  readonly type: 'Column';
  readonly width: string;
  readonly items: readonly (TextBlock | RichTextBlock)[];
}

export interface ColumnSet {
  readonly type: 'ColumnSet';
  readonly spacing: 'Small' | 'Medium';
  readonly columns: readonly Column[];
}

/** What a person types. Comes back in the action's data under its id, as untrusted as anything of a client. */
interface TextInput {
  readonly type: 'Input.Text';
  readonly id: 'reason';
  readonly label: string;
  readonly isMultiline: true;
  readonly maxLength: number;
}

/** Comes back as `true` or `false`, in words. */
interface ToggleInput {
  readonly type: 'Input.Toggle';
  readonly id: 'share';
  readonly title: string;
  readonly value: 'false';
  readonly valueOn: 'true';
  readonly valueOff: 'false';
}

export type Element = TextBlock | RichTextBlock | ColumnSet | TextInput | ToggleInput;

/**
 * `data` comes back from a client: it names which request, and proves nothing. `associatedInputs`: `auto` sends what was
 * typed beside the button with it.
 */
export type ExecuteAction = {
  readonly type: 'Action.Execute';
  readonly title: string;
  readonly style: 'positive' | 'destructive';
  readonly associatedInputs: 'none' | 'auto';
} & (
  | { readonly verb: 'approve'; readonly data: { readonly token: string; readonly ttl_seconds?: number } }
  | { readonly verb: 'deny'; readonly data: { readonly token: string } }
  | { readonly verb: 'revoke'; readonly data: { readonly request: string } }
);

interface OpenUrlAction {
  readonly type: 'Action.OpenUrl';
  readonly title: string;
  readonly url: string;
}

/** Opens below the buttons, in the card itself. */
export interface ShowCardAction {
  readonly type: 'Action.ShowCard';
  readonly title: string;
  readonly style?: 'destructive';
  readonly card: {
    readonly type: 'AdaptiveCard';
    readonly body: readonly Element[];
    readonly actions: readonly ExecuteAction[];
  };
}

export type Action = ExecuteAction | OpenUrlAction | ShowCardAction;

export interface AdaptiveCard {
  readonly $schema: 'http://adaptivecards.io/schemas/adaptive-card.json';
  readonly type: 'AdaptiveCard';
  readonly version: '1.5';
  /** What a client of an older version shows instead; it may read markdown in it, so it has no facts. */
  readonly fallbackText: string;
  readonly body: readonly Element[];
  readonly actions?: readonly Action[];
}
