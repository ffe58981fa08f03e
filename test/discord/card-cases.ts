/** The views that Discord's dialect is held to, one golden file each: every dialect's own, and those with what chats add. */
import type { RequestId } from '../../src/approval/brand.js';
import { drillView, type CardState, type CardView } from '../../src/approval/card-view.js';
import { CASES, NASTY } from '../cards/adaptive-cases.js';

type Pending = Extract<CardState, { kind: 'pending' }>;
type Decided = Extract<CardState, { kind: 'decided' }>;

const NOW_MS = Date.parse('2026-05-11T15:20:31Z');

export function caseOf(name: string): CardView {
  const view = DISCORD_CASES[name];
  if (view === undefined) throw new Error(`there is a case ${name}`);
  return view;
}

function pending(over: Partial<Pending>): CardView {
  return changed('pending-stg', over);
}

function decided(name: string, over: Partial<Decided>): CardView {
  return changed(name, over);
}

function changed(name: string, over: Partial<Pending> | Partial<Decided>): CardView {
  const view = CASES[name];
  if (view === undefined) throw new Error(`there is a case ${name}`);
  return { ...view, state: { ...view.state, ...over } as CardState };
}

function drill(isOver: boolean): CardView {
  const id = '4k2m7w9x3c5v8b1n6q0z' as RequestId;
  return drillView({ id, sentBy: '**rpm**@koder.dev', nowMs: NOW_MS, isOver });
}

export const DISCORD_CASES: Readonly<Record<string, CardView>> = {
  ...CASES,
  'pending-deny-only': pending({ may: 'deny_only' }),
  'pending-link-only': pending({ may: 'link_only' }),
  'pending-one-duration': pending({ approveFor: '1 h', ttlsSeconds: [3_600] }),
  'denied-with-reason': decided('denied', { denial: { reason: NASTY, isShared: false } }),
  'denied-telling-why': decided('denied', { denial: { reason: 'Ask for the new environment.', isShared: true } }),
  revoked: decided('approved', { isRevocable: false, revocation: { by: 'ada@koder.dev', atMs: NOW_MS } }),
  drill: drill(false),
  'drill-over': drill(true),
};
