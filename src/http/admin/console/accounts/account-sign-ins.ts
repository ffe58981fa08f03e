/** What operators see of how an account signs in: which factors it has, and where it is signed in. Of secrets there is nothing here. */
import type { AccountId } from '../../../../approval/brand.js';
import { signedInByInWords } from '../../../../approval/signed-in-by.js';
import { addressInWords } from '../../../../base/net/address-in-words.js';
import { html, type Html } from '../../../../base/text/html.js';
import type { SessionOfAccount, SignedInSessions } from '../../../../contract/admin.js';
import type { FactorsOf } from '../../../../contract/factor-ledger.js';
import type { Identity } from '../../../../identity/identity.js';
import { timeElement } from '../../../shared/pages/time-in-words.js';
import { table } from '../table.js';

export interface SignsIn {
  readonly factors: FactorsOf;
  /** The live ones, newest first. */
  readonly sessions: readonly SessionOfAccount[];
}

export interface SignInsDeps {
  readonly identity: Pick<Identity, 'secondFactor'>;
  readonly sessions: Pick<SignedInSessions, 'list'>;
}

export async function howTheySignIn({ identity, sessions }: SignInsDeps, account: AccountId): Promise<SignsIn> {
  const [factors, listed] = await Promise.all([identity.secondFactor.of(account), sessions.list(account)]);
  return { factors, sessions: listed.sessions };
}

export function factorsInWords({ passkeys, hasTotp, recoveryCodes }: FactorsOf): string {
  const has = [
    ...(passkeys > 0 ? [counted(passkeys, 'passkey')] : []),
    ...(hasTotp ? ['an authenticator app'] : []),
    ...(recoveryCodes > 0 ? [counted(recoveryCodes, 'recovery code')] : []),
  ];
  return has.join(', ') || 'none set up';
}

function counted(count: number, what: string): string {
  return `${String(count)} ${what}${count === 1 ? '' : 's'}`;
}

export function sessionsTable(sessions: readonly SessionOfAccount[]): Html {
  const rows = sessions.map(({ browser, address, lastSeenAt, signedInBy }) => [
    browser ?? 'an unknown browser',
    address === null ? '' : html`<code class="whole">${addressInWords(address)}</code>`,
    lastSeenAt === null ? '' : timeElement(Date.parse(lastSeenAt)),
    signedInBy === null ? '' : signedInByInWords(signedInBy),
  ]);
  return table(['Browser', 'Address', 'Last seen', 'By'], rows, { empty: 'Signed in nowhere.' });
}
