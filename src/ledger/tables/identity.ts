/**
 * Who somebody is: sign-in links, sessions, chat accounts bound to approvers, producers' tokens, and the canary. Of
 * secrets there are hashes and seals here, never the secrets.
 */
import type { AccountId, ApproverId, SiteKey } from '../../approval/brand.js';
import type { SignedInBy } from '../../approval/signed-in-by.js';
import { bigint, integer, maybe, table, text, textOf, type RowOf } from './columns.js';

export const signInLinks = table('sign_in_links', {
  columns: {
    hash: { ...text, primary: true },
    approver: textOf<AccountId>(),
    until: bigint,
    used_at: maybe(bigint),
  },
  indices: [{ name: 'sign_in_links_until', columns: ['until'] }],
});

/** Links that were mailed to whoever asked for one. Only the browser that asked signs in by one. */
export const mailedLinks = table('mailed_links', {
  columns: {
    hash: { ...text, primary: true },
    approver: textOf<AccountId>(),
    /** Of what the browser that asked holds. */
    browser: text,
    /** Of where the mail went. */
    mailbox: text,
    asked_at: bigint,
    until: bigint,
    /** Who asked: the client's address, and its browser in words. */
    address: text,
    asked_by: text,
    /** Of the number that was shown where the link was opened elsewhere, and how often one was typed. */
    number: maybe(text),
    tries: integer,
    used_at: maybe(bigint),
  },
  indices: [
    { name: 'mailed_links_browser', columns: ['browser'] },
    { name: 'mailed_links_until', columns: ['until'] },
  ],
});

export type MailedLinkRow = RowOf<typeof mailedLinks>;

/** Links by which somebody whose factors were reset signs in and sets up new ones: one an account. */
export const enrolments = table('enrolments', {
  columns: {
    account: { ...textOf<AccountId>(), primary: true },
    hash: text,
    until: bigint,
  },
  indices: [
    { name: 'enrolments_hash', columns: ['hash'], unique: true },
    { name: 'enrolments_until', columns: ['until'] },
  ],
});

export type EnrolmentRow = RowOf<typeof enrolments>;

export const sessions = table('sessions', {
  columns: {
    hash: { ...text, primary: true },
    approver: textOf<AccountId>(),
    csrf_key: text,
    /** Its end, unless it is seen again before. */
    until: bigint,
    /** Null, as all that follow, in a session that a version of before began. */
    created_at: maybe(bigint),
    address: maybe(text),
    browser: maybe(text),
    signed_in_by: maybe(textOf<SignedInBy>()),
    /** When whoever is signed in last proved who they are. */
    authenticated_at: maybe(bigint),
    /** To a few minutes. Null: it ends at `until`, however often it is seen. */
    seen_at: maybe(bigint),
    /** By what it was begun at a provider; a row of `credentials`. Null, both: by something else. */
    credential_issuer: maybe(text),
    credential_subject: maybe(text),
    /** The service that holds it, as `[identity.services.<name>]` names it. Null: a browser. */
    service: maybe(text),
    /** Of the one refresh token by which the service goes on; null in a browser's. */
    refresh_hash: maybe(text),
  },
  indices: [{ name: 'sessions_until', columns: ['until'] }],
});

export type SessionRow = RowOf<typeof sessions>;

/** What a service shows for somebody who is signed in. One lives as long as its session does, and for minutes at most. */
export const accessTokens = table('access_tokens', {
  columns: {
    hash: { ...text, primary: true },
    /** The session's hash. */
    session: text,
    until: bigint,
  },
  indices: [{ name: 'access_tokens_until', columns: ['until'] }],
});

/** One row a chat account: the code by which an approver may bind it. */
export const linkCodes = table('link_codes', {
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

export type LinkCodeRow = RowOf<typeof linkCodes>;

/** A chat account that speaks for an approver. For several, where each bound it by a code of its own. */
export const links = table('links', {
  columns: {
    channel: { ...text, primary: true },
    workspace: { ...text, primary: true },
    subject: { ...text, primary: true },
    approver: { ...textOf<ApproverId>(), primary: true },
    linked_at: bigint,
  },
});

export type LinkRow = RowOf<typeof links>;

export const serviceTokens = table('service_tokens', {
  columns: {
    id: { ...text, primary: true },
    hash: text,
    /** Empty for a site's or a service's token, so that it is no producer's to a version that knows of none. */
    producer: text,
    label: text,
    created_at: bigint,
    /** Null: until revoked. */
    until: maybe(bigint),
    revoked_at: maybe(bigint),
    last_used_at: maybe(bigint),
    /** Set: a site's token. */
    site: maybe(textOf<SiteKey>()),
    /** Set: a token of a service that signs people in. Neither: a producer's. */
    service: maybe(text),
  },
  indices: [
    { name: 'service_tokens_hash', columns: ['hash'], unique: true },
    { name: 'service_tokens_site', columns: ['site'], where: 'site IS NOT NULL' },
  ],
});

export type ServiceTokenRow = RowOf<typeof serviceTokens>;

/** One row: a seal that opens with the right `GATE_SECRET` only. */
export const canary = table('canary', {
  columns: {
    id: { ...integer, primary: true },
    sealed: text,
  },
});

export type CanaryRow = RowOf<typeof canary>;
