/** `/gate` from any surface: one line in, one channel-neutral answer out. */
import type { Actor } from '../approval/request.js';

export interface CommandCall {
  /** What was typed after `/gate`: `approve 4k2m for 8h`. */
  readonly line: string;
  readonly actor: Actor;
  /** `talk`, `slack`, `cli`, … */
  readonly surface: string;
  /** The platform's id of this command, so that a redelivered one has one effect. */
  readonly tapId: string;
}

/** Untrusted text may stand in every cell and line; dialects escape it. */
export type CommandAnswer =
  | { readonly kind: 'text'; readonly isOk: boolean; readonly lines: readonly string[]; readonly data: unknown }
  | {
      readonly kind: 'table';
      readonly title: string;
      readonly columns: readonly string[];
      readonly rows: readonly (readonly string[])[];
      /** The line that shows the next page, without `/gate`: `pending stg.example.org page 2`. Null where all is shown. */
      readonly more: string | null;
      /** Shown when there is no row. */
      readonly empty: string;
      /** The same facts for machines: what `--json` prints. */
      readonly data: unknown;
    };

export interface Commands {
  run(call: CommandCall): Promise<CommandAnswer>;
}
