/** The views that Discord's dialect is held to, one golden file each: every dialect's own, and two of its own. */
import type { CardState, CardView } from '../../src/approval/card-view.js';
import { CASES, DRILLS, NASTY } from '../cards/adaptive-cases.js';

type Pending = Extract<CardState, { kind: 'pending' }>;
type Decided = Extract<CardState, { kind: 'decided' }>;

export function caseOf(name: string): CardView {
  const view = DISCORD_CASES[name];
  if (view === undefined) throw new Error(`there is a case ${name}`);
  return view;
}

function changed(name: string, over: Partial<Pending> | Partial<Decided>): CardView {
  const view = CASES[name];
  if (view === undefined) throw new Error(`there is a case ${name}`);
  return { ...view, state: { ...view.state, ...over } as CardState };
}

export const DISCORD_CASES: Readonly<Record<string, CardView>> = {
  ...CASES,
  ...DRILLS,
  'pending-one-duration': changed('pending-stg', { approveFor: '1 h', ttlsSeconds: [3_600] }),
  'denied-with-nasty-reason': changed('denied', { denial: { reason: NASTY, isShared: false } }),
};
