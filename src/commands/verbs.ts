/** All verbs of `/gate`, in the order of help. */
import { verbIn } from './known-verbs.js';
import type { Verb } from './verb.js';
import { accountsVerb, unlinkVerb } from './verbs/accounts.js';
import { approveVerb, denyVerb } from './verbs/decisions.js';
import { doctorVerb, drillVerb } from './verbs/doctor.js';
import { extendVerb, grantsVerb, grantVerb, revokeVerb } from './verbs/grants.js';
import { helpVerb } from './verbs/help.js';
import { historyVerb } from './verbs/history.js';
import { linkVerb, whoVerb } from './verbs/identity.js';
import { muteVerb, unmuteVerb } from './verbs/mutes.js';
import { pendingVerb, showVerb } from './verbs/requests.js';

const ALL_BUT_HELP: readonly Verb[] = [
  pendingVerb,
  showVerb,
  approveVerb,
  denyVerb,
  grantsVerb,
  grantVerb,
  revokeVerb,
  extendVerb,
  historyVerb,
  muteVerb,
  unmuteVerb,
  whoVerb,
  accountsVerb,
  linkVerb,
  unlinkVerb,
  doctorVerb,
  drillVerb,
];

/** What each says of itself is what the surfaces make their options, fields and lines of. */
export const VERBS: readonly Verb[] = [...ALL_BUT_HELP, helpVerb(ALL_BUT_HELP)];

export function verbNamed(typed: string): Verb | undefined {
  return verbIn(VERBS, typed);
}
