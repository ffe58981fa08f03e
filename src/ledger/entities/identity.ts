/** Sign-in links, sessions, and the canary. Of secrets there are hashes and seals here, never the secrets. */
import { bigint, integer, maybe, table, text } from './columns.js';

export interface SignInLinkRow {
  readonly hash: string;
  readonly approver: string;
  readonly until: number;
  readonly used_at: number | null;
}

export const signInLinks = table<SignInLinkRow>('sign_in_links', {
  columns: { hash: { ...text, primary: true }, approver: text, until: bigint, used_at: maybe(bigint) },
  indices: [{ name: 'sign_in_links_until', columns: ['until'] }],
});

export interface SessionRow {
  readonly hash: string;
  readonly approver: string;
  readonly csrf_key: string;
  readonly until: number;
}

export const sessions = table<SessionRow>('sessions', {
  columns: { hash: { ...text, primary: true }, approver: text, csrf_key: text, until: bigint },
  indices: [{ name: 'sessions_until', columns: ['until'] }],
});

/** One row: a seal that opens with the right `GATE_SECRET` only. */
export interface CanaryRow {
  readonly id: number;
  readonly sealed: string;
}

export const canary = table<CanaryRow>('canary', {
  columns: { id: { ...integer, primary: true }, sealed: text },
});
