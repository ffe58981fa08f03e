/** Defaults by environment, for whatever a site's table leaves out (environments policy, "Email approval flow"). */
import type { Environment } from './request.js';

export interface EnvironmentPolicy {
  /** Whether visitors of such a site need an approval. */
  readonly isGated: boolean;
  /** How long an approval lets a visitor in; also the most that anybody may give. */
  readonly grantTtlSeconds: number;
}

const DAY_SECONDS = 86_400;

export const POLICY_BY_ENVIRONMENT: Readonly<Record<Environment, EnvironmentPolicy>> = {
  dev: { isGated: true, grantTtlSeconds: DAY_SECONDS },
  stg: { isGated: true, grantTtlSeconds: 7 * DAY_SECONDS },
  prd: { isGated: false, grantTtlSeconds: DAY_SECONDS },
};

/** What a menu offers beside the most that is allowed: an hour, a working day. */
const OFFERED_SECONDS = [3_600, 28_800] as const;

/** The durations an approval may be given by a menu, shortest first; the last is the most that is allowed. */
export function offeredTtlsSeconds(maxSeconds: number): readonly number[] {
  return [...OFFERED_SECONDS.filter((seconds) => seconds < maxSeconds), maxSeconds];
}

/** More time asked for than is allowed: what was asked for, and what was given instead. Whole seconds. */
export interface Shortened {
  readonly askedSeconds: number;
  readonly allowedSeconds: number;
}

/** `{ shortened }` where less was given than asked for; nothing where none was asked for, or all of it was given. */
export function shortenedFrom(asked: number | null | undefined, given: number): { readonly shortened?: Shortened } {
  if (asked === null || asked === undefined || Math.floor(asked) <= given) return {};
  return { shortened: { askedSeconds: Math.floor(asked), allowedSeconds: given } };
}

/** The time to live asked for, at most `maxSeconds`; `maxSeconds` where none was asked for. Both in whole seconds. */
export function cappedTtlSeconds(asked: number | null, maxSeconds: number): number {
  if (asked === null || !Number.isFinite(asked) || asked < 1) return maxSeconds;
  return Math.min(Math.floor(asked), maxSeconds);
}
