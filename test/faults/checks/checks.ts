/** Every promise that is checked after every episode, by the words that a broken one is reported under. */
import { answersSensibly, keepsCommands, keepsRequests, keepsTaps } from './acknowledged.js';
import {
  doublesOnlyWhatIsMarked,
  finishesCards,
  givesUpOnlyInTime,
  listsWhatIsUnfinished,
  sendsWhatItCallsSent,
  tellsProducers,
} from './cards.js';
import { obeysClaims } from './claims.js';
import { decidesOnce, grantsWhatIsApproved, letsInWhoIsGranted, tellsOnce } from './decisions.js';
import type { Check, Evidence } from './evidence.js';
import { keepsTheCap } from './limits.js';
import { endsOnlyWhenTold, logsNoBugs, stopsInTime } from './processes.js';
import { keepsTheTrailWhole } from './trail.js';

const CHECKS: Readonly<Record<string, Check>> = {
  'an acknowledged request is never lost': keepsRequests,
  'an acknowledged tap is never lost': keepsTaps,
  'an acknowledged command is never lost': keepsCommands,
  'every answer is one that people may get': answersSensibly,
  'one decision and one grant a token': decidesOnce,
  'a decision is told once': tellsOnce,
  'an approval has its grant': grantsWhatIsApproved,
  'every process lets in who is granted, and nobody else': letsInWhoIsGranted,
  'the cap holds': keepsTheCap,
  'no completion by a stale claim': obeysClaims,
  'every card is final or listed': finishesCards,
  'what is unfinished is listed': listsWhatIsUnfinished,
  'what is called sent was seen': sendsWhatItCallsSent,
  'a double is marked': doublesOnlyWhatIsMarked,
  'producers are told the outcome': tellsProducers,
  'nothing is given up before its time': givesUpOnlyInTime,
  'the audit trail is whole': keepsTheTrailWhole,
  'a process ends only when told': endsOnlyWhenTold,
  'no bug is logged': logsNoBugs,
  'a stop is graceful and short': stopsInTime,
};

export const PROMISES = Object.keys(CHECKS);

/** Every broken promise, with what breaks it. */
export function broken(evidence: Evidence): readonly string[] {
  return Object.entries(CHECKS).flatMap(([promise, check]) => check(evidence).map((what) => `${promise}: ${what}`));
}
