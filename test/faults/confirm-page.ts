/** The confirm page as a surface for taps: what its button does, and what the page that follows comes to. */
import type { Page, SignedIn } from '../fixtures/processes/people.js';
import type { AnsweredTap, Verdict } from './journal.js';

/** The page after the button; where it has none any more, as it is. Rejects where the connection was lost. */
export async function decideOn(session: SignedIn, path: string, verdict: Verdict): Promise<Page> {
  const seen = await session.get(path);
  return seen.text.includes('name="verdict"') ? (await session.open(path)).press(verdict) : seen;
}

/** What the page of a request says once it has ended, whoever ended it. */
export function toldByPage(text: string, verdict: Verdict): AnsweredTap['told'] {
  const said = /<strong>(Approved|Denied|Expired)\b/.exec(text)?.[1];
  if (said === undefined) return 'other';
  if (said === 'Expired') return 'expired';
  return said === (verdict === 'approve' ? 'Approved' : 'Denied') ? 'decided' : 'already';
}
