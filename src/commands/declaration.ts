/** What a command says of itself, once for all surfaces: the command line's options, Discord's fields and typed text derive from it. */

export interface Parameter {
  /**
   * `word`: one word. `text`: the rest of a line, as it was typed. `duration`: `8h`. `page`: a number from 1.
   * `verb`: the name of a command.
   */
  readonly kind: 'word' | 'text' | 'duration' | 'page' | 'verb';
  /** `operators`: only from them; in a chat it may be left out. */
  readonly isRequired: boolean | 'operators';
  /** What to fill in, without a full stop. Discord takes 100 characters. */
  readonly help: string;
  /** How it is shown in the usage, where that is not its name: `site|address`, `8h`. */
  readonly shown?: string;
  /** Typed behind its own name: `for 8h`, on the command line `--for 8h`. */
  readonly isNamed?: true;
  /** The other parameter that cannot be given beside it. */
  readonly insteadOf?: string;
  /** Of use to operators alone: no chat has a field for it. */
  readonly isFor?: 'operators';
  /** What a surface that completes half-typed fields offers. */
  readonly completedBy?: 'pending_requests' | 'grant_numbers' | 'granted_requests' | 'verbs';
}

/** By name, in the order in which they are typed. */
export type Parameters = Readonly<Record<string, Parameter>>;

export interface Declaration {
  readonly name: string;
  /** What it does, as an order and without a full stop: `list what waits`. Discord takes 100 characters. */
  readonly summary: string;
  readonly parameters: Parameters;
  /** Arguments that make sense together; help shows the first. */
  readonly examples: readonly [Args, ...Args[]];
  /** Who is shown it. Who may run it, the desk decides. */
  readonly isFor?: 'operators' | 'chat';
}

type Args = Readonly<Record<string, string>>;

/** What the verb's `run` gets: durations in seconds, pages as numbers, undefined where nothing was given. */
export type ArgsOf<P extends Parameters> = {
  readonly [Name in keyof P]: ValueOf<P[Name]> | (P[Name]['isRequired'] extends true ? never : undefined);
};

type ValueOf<P extends Parameter> = P['kind'] extends 'duration' | 'page' ? number : string;
