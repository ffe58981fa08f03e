/** Draws a person's home tab anew: when it is opened, and after that person's own taps there. */
import { MAX_HOME_GRANTS, slackHome, slackHomeRefusal, type SlackHome } from '../../../cards/slack-home.js';
import { offeredTtlsSeconds } from '../../../src/approval/policy.js';
import type { RequestRecord } from '../../../src/approval/request.js';
import { refusalSentence, UNAVAILABLE_SENTENCE } from '../../../src/approval/sentences.js';
import { TRUSTED } from '../../../src/approval/site.js';
import { ttlOverChannel } from '../../../src/approval/channel-refusal.js';
import type { InboundHandlers } from '../../../src/contract/inbound.js';
import type { Seen } from '../../../src/contract/desk.js';
import type { Who } from './callback.js';
import { within, type ActionDeps } from './actions.js';
import type { SlackWeb } from '../web.js';
import { WHO_IS_UNKNOWN } from './replies.js';

export interface HomeDeps extends ActionDeps {
  readonly web: SlackWeb;
  readonly publicUrl: string;
}

const PUBLISHED_WITHIN_MS = 5_000;

/** Answers whether Slack shows it now. `notice`: what the last tap came to. */
export async function redrawHome(who: Who, notice: string | null, deps: HomeDeps): Promise<boolean> {
  const view = await within(deps.clock, slackHomeRefusal(UNAVAILABLE_SENTENCE), (signal) =>
    drawn(who, notice, { ...deps, signal }),
  );
  const signal = AbortSignal.timeout(PUBLISHED_WITHIN_MS);
  const answer = await deps.web.call('views.publish', { args: { user_id: who.user, view }, signal });
  return answer.kind === 'ok';
}

async function drawn(
  who: Who,
  notice: string | null,
  { handlers, people, publicUrl, signal }: HomeDeps & { readonly signal: AbortSignal },
): Promise<SlackHome> {
  const actor = await people.actor(who, signal);
  if (actor === null) return slackHomeRefusal(WHO_IS_UNKNOWN.sentence);
  const [pending, grants] = await Promise.all([
    handlers.desk.pending({ actor }),
    handlers.desk.grants({ actor, limit: MAX_HOME_GRANTS + 1 }),
  ]);
  if (pending.kind !== 'seen') return slackHomeRefusal(whyUnseen(pending));
  if (grants.kind !== 'seen') return slackHomeRefusal(whyUnseen(grants));
  return slackHome({
    notice,
    pending: pending.value.map((request) => ({ request, ...offered(request, handlers) })),
    grants: grants.value,
    publicUrl,
  });
}

/** The home tab shows no button that would be refused, either. */
function offered(request: RequestRecord, handlers: InboundHandlers) {
  const policy = handlers.policyOf?.(request, 'slack') ?? TRUSTED;
  const siteTtlSeconds = request.grantTtlSeconds;
  const ttlsSeconds =
    siteTtlSeconds > 0 ? offeredTtlsSeconds(ttlOverChannel(policy, { ttlSeconds: null, siteTtlSeconds })) : [];
  return { may: policy.may, ttlsSeconds };
}

function whyUnseen(answer: Exclude<Seen<unknown>, { kind: 'seen' }>): string {
  return answer.kind === 'forbidden' ? refusalSentence(answer.why) : UNAVAILABLE_SENTENCE;
}
