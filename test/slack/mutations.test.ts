/** Ten thousand damaged calls against the mounted receiver: none is believed, none breaks it, and none is written down. */
import { afterAll, expect, test } from '@jest/globals';
import { SLACK_ACTIONS } from '../../cards/slack.js';
import { denyModal } from '../../cards/slack-modal.js';
import type { Call } from '../contract/inbound/fixture.js';
import { withstandsMutations } from '../contract/mutations/mutations.js';
import { SIGNING_SECRETS } from '../contract/stages/slack.js';
import { closeLedger } from '../fixtures/delivery/delivery.js';
import { blockActions, homeOpened, slashCommand, viewSubmission } from '../fakes/slack-payloads.js';
import { BOT_TOKEN } from '../fakes/slack-server.js';
import { encoded, signedHeaders, type PayloadKind } from '../fakes/slack-transport.js';
import { openSlackFixture, RPM, WORKSPACE } from '../fixtures/channels/slack.js';

const TIMEOUT_MS = 300_000;
const DOER = { user: RPM, team: WORKSPACE };

afterAll(closeLedger);

test(
  'ten thousand damaged calls',
  async () => {
    let effects = 0;
    const counted = <T>(answer: T): Promise<T> => {
      effects += 1;
      return Promise.resolve(answer);
    };
    const fixture = await openSlackFixture({
      over: (handlers) => ({
        ...handlers,
        desk: {
          ...handlers.desk,
          decide: () => counted({ kind: 'unknown' }),
          revoke: () => counted({ kind: 'unknown' }),
        },
        commands: { run: () => counted({ kind: 'text', isOk: true, lines: ['done'], data: null }) },
      }),
    });
    const token = 'a7f3'.repeat(8);
    const responseUrl = fixture.slack.responseUrl(RPM, null);
    const genuine = genuineCalls(token, responseUrl, () => fixture.slack.trigger(RPM));

    try {
      const statuses = await withstandsMutations({
        url: fixture.url,
        genuine: () => genuine as [Call, ...Call[]],
        sign(body, like) {
          const type = like.headers.find(([name]) => name === 'content-type')?.[1] ?? '';
          return signedHeaders({ secret: SIGNING_SECRETS[1], body, atMs: Date.now(), type });
        },
        authHeaders: ['x-slack-request-timestamp', 'x-slack-signature'],
        effects: () => effects,
        logged: () => fixture.logged(),
        secrets: [token, RPM, responseUrl, BOT_TOKEN, ...SIGNING_SECRETS],
      });

      expect(statuses.get(401)).toBeGreaterThan(5_000);
      expect(statuses.get(400)).toBeGreaterThan(500);
    } finally {
      await fixture.close();
    }
  },
  TIMEOUT_MS,
);

/** A call of each kind that the receiver takes. */
function genuineCalls(token: string, responseUrl: string, trigger: () => string): readonly Call[] {
  const tap = (actionId: string, value: string, isOption = false): Readonly<Record<string, unknown>> =>
    blockActions(DOER, {
      control: { actionId, value, isOption, label: 'x' },
      triggerId: trigger(),
      message: { channel: 'D1', ts: '1.1', responseUrl },
    });
  const view = { ...denyModal(JSON.stringify({ ref: token, isFromHome: true })) };
  const kinds: readonly (readonly [PayloadKind, Readonly<Record<string, unknown>>])[] = [
    ['interactive', tap(SLACK_ACTIONS.approve, token)],
    ['interactive', tap(SLACK_ACTIONS.approveFor, `${token}:3600`, true)],
    ['interactive', tap(SLACK_ACTIONS.deny, token)],
    ['interactive', tap(SLACK_ACTIONS.revoke, '17')],
    ['interactive', viewSubmission(DOER, { view, triggerId: 'trigger.3', values: {} })],
    ['slash_commands', slashCommand(DOER, { line: 'pending', triggerId: 'trigger.4', responseUrl, channel: 'D1' })],
    ['events_api', homeOpened(DOER, 'Ev4')],
  ];
  return kinds.map(([kind, payload]): Call => {
    const { body, type } = encoded(kind, payload);
    const headers = signedHeaders({ secret: SIGNING_SECRETS[0], body, atMs: Date.now(), type });
    return { method: 'POST', headers, body };
  });
}
