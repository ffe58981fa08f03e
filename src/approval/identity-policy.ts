/** What `[identity]` of `sites.toml` says of those who sign in. */

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
}

export const SECOND_FACTORS = ['off', 'offered', 'required'] as const;
export type SecondFactorPolicy = (typeof SECOND_FACTORS)[number];

/** Where the file says nothing: an approver who looks in every day signs in once in two weeks. */
export const USUAL_IDENTITY: IdentityPolicy = {
  sessionIdleSeconds: 43_200,
  sessionMaxSeconds: 1_209_600,
  secondFactor: 'offered',
};
