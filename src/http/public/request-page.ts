/** The page of one request: its form while it waits, and what became of it. */
import type { Decision, Pressed, RequestRecord } from '../../approval/request.js';
import { didNotCount, isAsPressed } from '../../approval/sentences.js';
import type { Random } from '../../base/crypto/random.js';
import type { Clock } from '../../base/time/clock.js';
import type { ShownRequest, Tap } from '../../contract/desk.js';
import type { Session } from '../../identity/sessions/sessions.js';
import type { Page } from '../shared/pages/page.js';
import { newTapId } from './form-tap.js';
import type { Named } from './named-request.js';
import { endedCard, pendingCard, pendingHeading } from './pages/request-card.js';
import { isByPasskey, type AskingDeps } from './proof/asking.js';

export interface RequestPageDeps extends AskingDeps {
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly random: Random;
}

interface RequestPageOf {
  readonly named: Named;
  readonly session: Session;
  readonly verdict: Tap['verdict'] | null;
}

/** `verdict`: what its reader pressed too late. */
export async function requestPage(
  deps: RequestPageDeps,
  request: ShownRequest,
  { named, session, verdict }: RequestPageOf,
): Promise<Page> {
  const nowMs = deps.clock.nowMs();
  const decision = request.decision ?? expiryOf(request, nowMs);
  if (decision !== null) {
    const isGone = decision.outcome === 'expired' || decision.outcome === 'withdrawn';
    const pressed = verdict === null ? null : { verdict, isOwn: decision.by === session.account.id };
    const form = { action: named.action, session, tapId: newTapId(deps.random), nowMs };
    const body = endedCard(request, { decision, pressed, form });
    return { status: isGone ? 410 : 200, title: endedTitle(request, decision, pressed), session, body };
  }
  const byPasskey = await isByPasskey(deps, request, session);
  const form = { action: named.action, session, tapId: newTapId(deps.random), nowMs, byPasskey };
  const body = pendingCard(request, form, pendingHeading(request));
  return { status: 200, title: request.host, session, body, usesPasskeys: byPasskey };
}

function endedTitle({ host }: RequestRecord, decision: Decision, pressed: Pressed | null): string {
  const isLost = pressed !== null && !isAsPressed(pressed, decision);
  return isLost ? `${didNotCount(pressed.verdict)}: ${host}` : host;
}

/** Past its deadline a request takes no answer, whether or not the expiry is written yet. */
function expiryOf(request: RequestRecord, nowMs: number): Decision | null {
  if (nowMs < request.deadlineAtMs) return null;
  return { outcome: 'expired', by: 'clock', over: 'clock', atMs: request.deadlineAtMs, grantedUntilMs: null };
}
