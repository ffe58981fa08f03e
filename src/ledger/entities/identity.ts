/**
 * Who somebody is: sign-in links, sessions, chat accounts bound to approvers, producers' tokens, and the canary. Of
 * secrets there are hashes and seals here, never the secrets.
 */
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

/** One row a chat account: the code by which an approver may bind it. */
export interface LinkCodeRow {
  readonly channel: string;
  readonly workspace: string;
  readonly subject: string;
  readonly hash: string;
  readonly until: number;
}

export const linkCodes = table<LinkCodeRow>('link_codes', {
  columns: {
    channel: { ...text, primary: true },
    workspace: { ...text, primary: true },
    subject: { ...text, primary: true },
    hash: text,
    until: bigint,
  },
  indices: [
    { name: 'link_codes_hash', columns: ['hash'], unique: true },
    { name: 'link_codes_until', columns: ['until'] },
  ],
});

/** A chat account that speaks for an approver. For several, where each bound it by a code of its own. */
export interface LinkRow {
  readonly channel: string;
  readonly workspace: string;
  readonly subject: string;
  readonly approver: string;
  readonly linked_at: number;
}

export const links = table<LinkRow>('links', {
  columns: {
    channel: { ...text, primary: true },
    workspace: { ...text, primary: true },
    subject: { ...text, primary: true },
    approver: { ...text, primary: true },
    linked_at: bigint,
  },
});

export interface ServiceTokenRow {
  readonly id: string;
  readonly hash: string;
  readonly producer: string;
  readonly label: string;
  readonly created_at: number;
  /** Null: until revoked. */
  readonly until: number | null;
  readonly revoked_at: number | null;
  readonly last_used_at: number | null;
}

export const serviceTokens = table<ServiceTokenRow>('service_tokens', {
  columns: {
    id: { ...text, primary: true },
    hash: text,
    producer: text,
    label: text,
    created_at: bigint,
    until: maybe(bigint),
    revoked_at: maybe(bigint),
    last_used_at: maybe(bigint),
  },
  indices: [{ name: 'service_tokens_hash', columns: ['hash'], unique: true }],
});

/** One row: a seal that opens with the right `GATE_SECRET` only. */
export interface CanaryRow {
  readonly id: number;
  readonly sealed: string;
}

export const canary = table<CanaryRow>('canary', {
  columns: { id: { ...integer, primary: true }, sealed: text },
});
