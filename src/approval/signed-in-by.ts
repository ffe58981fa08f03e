/** By what a session was begun, and how it is said. */

const IN_WORDS = {
  operator_link: 'an operator’s link',
  enrolment: 'an enrolment link',
  mailed_link: 'a mailed link',
  provider: 'a provider',
  passkey: 'a passkey',
  // by what it was begun before is not kept
  totp: 'a first factor and an authenticator app',
  recovery_code: 'a first factor and a recovery code',
} as const;

export type SignedInBy = keyof typeof IN_WORDS;

export const WAYS_OF_SIGNING_IN = Object.keys(IN_WORDS) as readonly SignedInBy[];

/** More than one factor: a passkey is two, and the others follow a first one. */
const WITH_A_SECOND: ReadonlySet<SignedInBy> = new Set(['passkey', 'totp', 'recovery_code']);

export function isWithASecond(by: SignedInBy | null): boolean {
  return by !== null && WITH_A_SECOND.has(by);
}

export function signedInByInWords(by: SignedInBy): string {
  return IN_WORDS[by];
}
