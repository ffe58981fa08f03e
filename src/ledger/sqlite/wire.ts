/** What passes between the ledger's port and its SQLite worker. Plain data only. */
import type { Change } from '../../contract/ledger.js';
import type { VerbName } from '../verbs/verb.js';

export type ToWorker =
  | { readonly kind: 'ask'; readonly id: number; readonly name: VerbName; readonly input: readonly unknown[] }
  | { readonly kind: 'close' };

/** All that the worker has to say at once, in order. */
export type FromWorker = readonly Told[];

export type Told =
  | { readonly kind: 'ready' }
  | { readonly kind: 'refused'; readonly failure: Failure }
  | { readonly kind: 'answered'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly failure: Failure }
  | { readonly kind: 'changed'; readonly change: Change };

/** An error, as far as it crosses a thread: its class does not. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly code: string;
  readonly stack: string;
}

export interface WorkerStart {
  readonly file: string;
  /** Where what a backup encloses belongs; null: it stays in the ledger. */
  readonly enclosedFile: string | null;
}

export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), code: '', stack: '' };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return { name: error.name, message: error.message, code, stack: error.stack ?? '' };
}
