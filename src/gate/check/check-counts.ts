/** How often checks came to which verdict, since this process started: two or three instructions a check, and no allocation. */
import type { Pass, Verdict } from './verdict.js';

/** Whoever passes does so by a grant, by an open path, a token or a passage, or free: by their network, or where there is no gate. */
type CountedVerdict =
  | 'grant'
  | 'open_path'
  | 'token'
  | 'passage'
  | 'free'
  | 'wrong_token'
  | Exclude<Verdict['kind'], 'pass' | 'doubtful' | 'unrecognised'>;

export interface CheckCounts {
  passed(pass: Pass): void;
  /** Of one that is settled. A pass is counted where it is let through. */
  refused(verdict: Verdict): void;
  counts(): readonly (readonly [verdict: CountedVerdict, count: number])[];
}

export function checkCounts(): CheckCounts {
  const counts: Record<CountedVerdict, number> = {
    grant: 0,
    open_path: 0,
    token: 0,
    passage: 0,
    free: 0,
    wrong_token: 0,
    closed: 0,
    unknown_address: 0,
    silent_proxy: 0,
    untrusted_proxy: 0,
    address_of_a_proxy: 0,
    unknown_host: 0,
    unnamed: 0,
    unclear: 0,
  };
  return {
    passed({ without, grantId }) {
      if (without !== null) counts[without.kind] += 1;
      else if (grantId === '') counts.free += 1;
      else counts.grant += 1;
    },
    refused(verdict) {
      const { kind } = verdict;
      if (kind === 'pass' || kind === 'doubtful' || kind === 'unrecognised') return;
      if (kind === 'closed' && verdict.isWrongToken) counts.wrong_token += 1;
      else counts[kind] += 1;
    },
    counts: () => Object.entries(counts) as [CountedVerdict, number][],
  };
}
