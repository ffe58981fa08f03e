/** What proves a person a second time: passkeys, authenticator apps, recovery codes, and the questions they answer. */
import type { AccountId } from '../../approval/brand.js';
import { bigint, integer, maybe, table, text, textOf, type RowOf } from './columns.js';

export const passkeys = table('passkeys', {
  columns: {
    /** The credential's id, base64url. */
    id: { ...text, primary: true },
    account: textOf<AccountId>(),
    /** COSE, base64url. */
    public_key: text,
    /** Up to 2^32 - 1. Of a passkey that lives on several devices it stays 0. */
    counter: bigint,
    /** How a browser reaches it, space-separated. */
    transports: text,
    name: text,
    created_at: bigint,
    last_used_at: maybe(bigint),
  },
  indices: [{ name: 'passkeys_account', columns: ['account'] }],
});

export type PasskeyRow = RowOf<typeof passkeys>;

/** An authenticator app, one an account. It proves nothing until a number of it was typed once. */
export const totp = table('totp', {
  columns: {
    account: { ...textOf<AccountId>(), primary: true },
    sealed: text,
    confirmed_at: maybe(bigint),
  },
});

export type TotpRow = RowOf<typeof totp>;

/** The steps of 30 s whose numbers were used: each counts once. */
export const totpSteps = table('totp_steps', {
  columns: {
    account: { ...textOf<AccountId>(), primary: true },
    step: { ...integer, primary: true },
  },
});

export const recoveryCodes = table('recovery_codes', {
  columns: {
    /** HMAC under a key of `GATE_SECRET`. */
    hash: { ...text, primary: true },
    account: textOf<AccountId>(),
    used_at: maybe(bigint),
  },
  indices: [{ name: 'recovery_codes_account', columns: ['account'] }],
});

/** Questions to one browser, answered once. */
export const challenges = table('challenges', {
  columns: {
    hash: { ...text, primary: true },
    kind: text,
    /** Null: whoever answers says who they are. */
    account: maybe(textOf<AccountId>()),
    /** Hash of what the browser that is asked holds. */
    holder: text,
    data: maybe(text),
    until: bigint,
    tries: integer,
  },
  indices: [{ name: 'challenges_until', columns: ['until'] }],
});
