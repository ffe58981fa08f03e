/** Where the pages of mail records are, what their forms are made for, and who looks at them. */
import type { SignedInThere } from '../../../../identity/handoff/signed-in-there.js';

export const MAIL = '/mail';
export const PATHS = { provider: `${MAIL}/providers`, mailbox: `${MAIL}/mailboxes` } as const;
export const ACTS = ['pause', 'resume', 'test'] as const;
export type Act = (typeof ACTS)[number];
export type RecordAct = 'add' | 'update' | 'remove';

export interface Of {
  readonly kind: keyof typeof PATHS;
  /** A provider's name or a mailbox's address. */
  readonly id: string;
}

export interface Looker {
  /** Null: there are no forms. */
  readonly session: SignedInThere | null;
  /** They have just proven themselves. */
  readonly mayPut: boolean;
  readonly publicUrl: string;
}

/** A form for one act on one record does no other. */
export function purposeOf(act: Act, { kind, id }: Of): string {
  return `mail ${act} ${kind} ${id}`;
}

export function secretPurpose(provider: string, purpose: string): string {
  return `mail secret ${provider} ${purpose}`;
}

/** Of what makes, changes or removes a record. `id` of a new provider is its kind, of a new mailbox empty. */
export function recordPurpose(act: RecordAct, { kind, id }: Of): string {
  return `mail ${act} ${kind} ${id}`;
}

export function placeOf({ kind, id }: Of): string {
  return `${PATHS[kind]}/${encodeURIComponent(id)}`;
}
