/** What a verb is: its name and types are the contract's, so that the registry cannot lack one or have it with other types. */
import type { LedgerVerbs } from '../../contract/ledger.js';
import type { UnitOfWork } from '../unit-of-work.js';

/** `requests.decide` for a verb of a group, `ping` for one without. */
export type VerbName = { readonly [Key in keyof LedgerVerbs]: NameIn<Key> }[keyof LedgerVerbs];

type NameIn<Key extends keyof LedgerVerbs> = LedgerVerbs[Key] extends Method
  ? Key
  : `${Key}.${keyof LedgerVerbs[Key] & string}`;

type Method = (...input: never[]) => Promise<unknown>;

type MethodOf<Name extends VerbName> = Name extends `${infer Group extends keyof LedgerVerbs}.${infer Verb}`
  ? Verb extends keyof LedgerVerbs[Group]
    ? LedgerVerbs[Group][Verb]
    : never
  : Name extends keyof LedgerVerbs
    ? LedgerVerbs[Name]
    : never;

export type Input<Name extends VerbName> =
  MethodOf<Name> extends (...input: infer Given) => Promise<unknown> ? Given : never;
export type Answer<Name extends VerbName> =
  MethodOf<Name> extends (...input: never[]) => Promise<infer Given> ? Given : never;

/**
 * `read`: no transaction. `write`: one transaction. `guarded`: each of its writes is one statement that is whole by
 * itself, so PostgreSQL needs no transaction around it; SQLite, where it may be several, has one.
 */
type Mode = 'read' | 'write' | 'guarded';

interface Verb<Name extends VerbName> {
  readonly mode: Mode;
  readonly unitOfWork: (...input: Input<Name>) => UnitOfWork<Answer<Name>>;
}

export type Verbs = { readonly [Name in VerbName]: Verb<Name> };

/** Asks a database for a verb. Rejects with `LedgerUnavailable` when it cannot answer. */
export type Ask = <Name extends VerbName>(name: Name, ...input: Input<Name>) => Promise<Answer<Name>>;

export function read<Work>(unitOfWork: Work): { readonly mode: 'read'; readonly unitOfWork: Work } {
  return { mode: 'read', unitOfWork };
}

export function write<Work>(unitOfWork: Work): { readonly mode: 'write'; readonly unitOfWork: Work } {
  return { mode: 'write', unitOfWork };
}

export function guarded<Work>(unitOfWork: Work): { readonly mode: 'guarded'; readonly unitOfWork: Work } {
  return { mode: 'guarded', unitOfWork };
}
