/** What is known of an episode when it is over: what people were told, what the database holds, what each person sees. */
import type { Gate } from '../gate.js';
import type { Suffered } from '../inflict.js';
import type { Journal } from '../journal.js';
import type { Rows } from '../truth.js';
import type { Fakes } from '../peers.js';

export interface Evidence {
  readonly journal: Journal;
  readonly rows: Rows;
  readonly fakes: Fakes;
  readonly gates: readonly Pick<Gate, 'name' | 'unbidden' | 'events' | 'errors'>[];
  readonly suffered: Suffered;
  /** What `gate audit verify --json` printed. */
  readonly trail: string;
  /** How many cards and callbacks `gate doctor` lists as not in the state they should be in, by each process. */
  readonly listedByDoctor: readonly number[];
  /** What each process answers to a visit of an address at the end: true where it lets in. */
  readonly letsIn: ReadonlyMap<string, readonly boolean[]>;
  /** How many requests may be before one approver at once. */
  readonly cap: number;
  /** Whether the database server was taken away at times. */
  readonly hasOutages: boolean;
}

/** Checks one promise. Answers how it was broken, in words that name the rows; nothing where it was kept. */
export type Check = (evidence: Evidence) => readonly string[];

export function grouped<Row>(rows: readonly Row[], keyOf: (row: Row) => string): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return groups;
}
