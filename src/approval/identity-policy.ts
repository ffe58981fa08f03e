/** What `[identity]` of `sites.toml` says of those who sign in. */
import { isWithASecond, type SignedInBy } from './signed-in-by.js';

export interface IdentityPolicy {
  /** A session that nobody uses for so long is over. */
  readonly sessionIdleSeconds: number;
  /** And by then, however much it is used. At least as long. */
  readonly sessionMaxSeconds: number;
  /**
   * Whether more than one factor is asked for. `off`: never. `offered`: of whoever has a second one. `required`: of everybody, who
   * sets one up at first. A passkey is two in one.
   */
  readonly secondFactor: SecondFactorPolicy;
  /** Services of the operator's own that sign people in, by name: the providers for which each may speak. */
  readonly services: ReadonlyMap<string, readonly string[]>;
}

export const SECOND_FACTORS = ['off', 'offered', 'required'] as const;
export type SecondFactorPolicy = (typeof SECOND_FACTORS)[number];

/** Where the file says nothing: an approver who looks in every day signs in once in two weeks. */
export const USUAL_IDENTITY: IdentityPolicy = {
  sessionIdleSeconds: 43_200,
  sessionMaxSeconds: 1_209_600,
  secondFactor: 'offered',
  services: new Map(),
};

/** Whether a second factor is to be proposed to whoever has none: they are let in without. */
export function mayEnrol(
  { signedInBy, hasFactors }: { readonly signedInBy: SignedInBy | null; readonly hasFactors: boolean },
  { secondFactor }: Pick<IdentityPolicy, 'secondFactor'>,
): boolean {
  return secondFactor === 'offered' && !hasFactors && !isWithASecond(signedInBy);
}

/** What a session has to give before it is one; null: nothing. `hasFactors`: the account has a second factor set up. */
export function lackedFactor(
  { signedInBy, hasFactors }: { readonly signedInBy: SignedInBy | null; readonly hasFactors: boolean },
  { secondFactor }: Pick<IdentityPolicy, 'secondFactor'>,
): 'second_factor' | 'enrolment' | null {
  if (secondFactor === 'off' || isWithASecond(signedInBy)) return null;
  if (hasFactors) return 'second_factor';
  return secondFactor === 'required' || signedInBy === 'enrolment' ? 'enrolment' : null;
}
