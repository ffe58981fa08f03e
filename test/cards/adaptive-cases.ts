/** The card views that the Adaptive Card dialect is held to, one golden file each. Also used by the browser's test. */
import type { ApproverId, RequestId, Token } from '../../src/approval/brand.js';
import { cardView, drillView, type CardView } from '../../src/approval/card-view.js';
import type { Decision, RequestRecord } from '../../src/approval/request.js';
import { TRUSTED, type ChannelPolicy } from '../../src/approval/site.js';

export const TOKEN = '0123456789abcdef0123456789abcdef' as Token;
export const CONFIRM_URL = `https://gate.example.org/req/${TOKEN}`;
const APPROVER = 'rpm@koder.dev' as ApproverId;
const OPENED_AT_MS = Date.parse('2026-05-11T15:19:27Z');

/** Markdown, HTML, a mention, direction overrides, a line break and length: none of it may become anything but words. */
export const NASTY =
  '/**bold** [click](https://evil.example/) <b>x</b> <script>alert(1)</script> `code` # head \n- list @everyone \u202Eevil ' +
  '&amp; ![i](x) https://evil.example/plain '.repeat(8);

function view(request: Partial<RequestRecord>, policy: Partial<ChannelPolicy> = {}): CardView {
  const decision = request.decision ?? null;
  const record = {
    id: '4k2m7w9x3c5v8b1n6q0z' as RequestId,
    producer: 'gate',
    host: 'stg.kds.koder.dev',
    environment: 'stg',
    path: '/reports/quarter?year=2026',
    address: '189.45.12.30',
    country: 'BR',
    browser: 'Chrome 148 on Linux',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/148.0.0.0',
    openedAtMs: OPENED_AT_MS,
    deadlineAtMs: OPENED_AT_MS + 600_000,
    grantTtlSeconds: 604_800,
    revision: decision === null ? 1 : 2,
    decision,
    ...request,
  } as RequestRecord;
  return cardView(record, {
    token: decision === null ? TOKEN : null,
    confirmUrl: CONFIRM_URL,
    policy: { ...TRUSTED, ...policy },
    nowMs: OPENED_AT_MS + 120_000,
  });
}

function ended(decision: Partial<Decision>): CardView {
  const atMs = OPENED_AT_MS + 64_000;
  return view({
    decision: { outcome: 'approved', by: APPROVER, over: 'talk', atMs, grantedUntilMs: null, ...decision },
  });
}

export const CASES: Readonly<Record<string, CardView>> = {
  'pending-dev': view({ host: 'dev.koder.dev', environment: 'dev', grantTtlSeconds: 86_400 }),
  'pending-stg': view({}),
  'pending-no-country': view({ country: null, address: '2001:db8:1:2::/64' as RequestRecord['address'] }),
  'pending-no-grant': view({ producer: 'jet', host: 'preview.example.org', grantTtlSeconds: 0 }),
  'pending-deny-only': view({}, { may: 'deny_only' }),
  'pending-link-only': view({}, { may: 'link_only' }),
  'pending-capped': view({}, { maxGrantTtlSeconds: 28_800 }),
  'pending-nasty-text': view({
    host: '**evil**.example',
    path: NASTY,
    browser: NASTY,
    userAgent: NASTY,
    country: '**BR**',
    address: '[1.2.3.4](https://evil.example)' as RequestRecord['address'],
  }),
  approved: ended({ grantedUntilMs: OPENED_AT_MS + 604_864_000 }),
  'approved-no-grant': ended({ over: 'page' }),
  'approved-nasty-decider': ended({ by: '**mallory** [x](https://evil.example)', over: 'cli' }),
  denied: ended({ outcome: 'denied', over: 'email' }),
  'denied-with-reason': ended({
    outcome: 'denied',
    denial: { reason: 'The release is frozen until Monday.', isShared: true },
  }),
  'denied-in-confidence': ended({
    outcome: 'denied',
    denial: { reason: '[Ask](https://evil.example) **Ana** first', isShared: false },
  }),
  revoked: ended({
    grantedUntilMs: OPENED_AT_MS + 604_864_000,
    revocation: { by: 'ada@koder.dev', atMs: OPENED_AT_MS + 90_000 },
  }),
  expired: ended({ outcome: 'expired', by: 'clock', over: 'clock', atMs: OPENED_AT_MS + 600_000 }),
  withdrawn: ended({ outcome: 'withdrawn', by: 'jet', over: 'api' }),
};

const DRILL = { id: '7h2c5t9w4k6m1x8v3b0q' as RequestId, sentBy: APPROVER, nowMs: OPENED_AT_MS };

/** Not among the cases: a drill has no facts and no outcome. */
export const DRILLS: Readonly<Record<string, CardView>> = {
  drill: drillView({ ...DRILL, isOver: false }),
  'drill-over': drillView({ ...DRILL, isOver: true }),
};
