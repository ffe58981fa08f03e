/** Accounts, what people sign in by at providers, and sign-ins that were begun there. Of secrets there are hashes here. */
import type { AccountId } from '../../approval/brand.js';
import type { AccountState } from '../../contract/account-ledger.js';
import { bigint, integer, maybe, table, text, textOf, type RowOf } from './columns.js';

/** An approver has a row once something is kept of them beside sites.toml. */
export const accounts = table('accounts', {
  columns: {
    id: { ...textOf<AccountId>(), primary: true },
    /** Null: an approver's, whose name is their handle, and who is nobody once they have left sites.toml. */
    name: maybe(text),
    state: textOf<AccountState>(),
    created_at: bigint,
  },
});

export type AccountRow = RowOf<typeof accounts>;

export const credentials = table('credentials', {
  columns: {
    issuer: { ...text, primary: true },
    subject: { ...text, primary: true },
    /** As sites.toml named it when it was last used. */
    provider: text,
    account: textOf<AccountId>(),
    /** What the provider said when it was last used; verified or not. In the form of `sameMailbox`. */
    email: maybe(text),
    is_email_verified: integer,
    name: maybe(text),
    created_at: bigint,
    last_used_at: bigint,
    /** What they call it themselves. */
    label: maybe(text),
  },
  indices: [
    { name: 'credentials_account', columns: ['account'] },
    { name: 'credentials_email', columns: ['email'], where: 'email IS NOT NULL' },
  ],
});

export type CredentialRow = RowOf<typeof credentials>;

/** Begun at a provider, and not come back from there. Only the browser that began it goes on. */
export const signInStates = table('sign_in_states', {
  columns: {
    /** Of the state that travels. */
    hash: { ...text, primary: true },
    provider: text,
    /** Of what the browser that began it holds. Nonce and PKCE verifier are made of that, so that neither is kept. */
    browser: text,
    next: maybe(text),
    /** The account that is to sign in by this credential too. */
    link_account: maybe(textOf<AccountId>()),
    until: bigint,
  },
  indices: [{ name: 'sign_in_states_until', columns: ['until'] }],
});

export type SignInStateRow = RowOf<typeof signInStates>;
