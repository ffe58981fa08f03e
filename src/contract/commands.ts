/** `/gate` from any surface: one command in, one channel-neutral answer out. */
import type { Acting } from './desk.js';

/** A command by its name, its arguments by theirs, as they were typed or filled in: `{ id: '4k2m', for: '8h' }`. */
export interface Command {
  readonly verb: string;
  readonly args: CommandArgs;
}

export type CommandArgs = Readonly<Record<string, string>>;

/** Who gives it, and by which call: a redelivered one has one effect. */
export interface CommandCall extends Command, Acting {}

/** Untrusted text may stand in every cell and line; dialects escape it. */
export type CommandAnswer =
  | { readonly kind: 'text'; readonly isOk: boolean; readonly lines: readonly string[]; readonly data: unknown }
  | {
      readonly kind: 'table';
      readonly title: string;
      readonly columns: readonly string[];
      readonly rows: readonly (readonly string[])[];
      /** Null where all is shown. */
      readonly more: NextPage | null;
      /** Shown when there is no row. */
      readonly empty: string;
      /** The same facts for machines: what `--json` prints. */
      readonly data: unknown;
    };

/** The command that shows the next page, and how it is typed, without `/gate`: `pending stg.example.org page 2`. */
export interface NextPage extends Command {
  readonly typed: string;
}

export interface Commands {
  run(call: CommandCall): Promise<CommandAnswer>;
}
