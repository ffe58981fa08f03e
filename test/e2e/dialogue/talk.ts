/** The dialogue over Talk: the Talk server signs what the approver does, and the answer is the private text. */
import { randomBytes } from 'node:crypto';
import { sign } from '../../../src/base/standard-webhooks.js';
import { BOT_TOKEN, keyOf, SIGNING_SECRETS, startFakeTalk, type FakeTalk } from '../../fakes/talk.js';
import { eventually } from '../eventually.js';
import type { GateProcess } from '../gate-process.js';
import { writeOverTalk } from '../people.js';
import { ADA } from '../sites.js';
import type { SeenMessage } from '../../contract/stage.js';
import type { Approver, Meant, Surface } from './surface.js';

const HOUR_SECONDS = 3_600;

export const talk: Surface = {
  name: 'Talk',
  over: 'talk',
  by: ADA,
  async open() {
    const fake = await startFakeTalk();
    return {
      environment: {
        TALK_API_URL: fake.apiUrl,
        TALK_BOT_TOKEN: BOT_TOKEN,
        TALK_SIGNING_SECRET: SIGNING_SECRETS[0],
        TALK_WORKSPACE: 'embedded',
      },
      begin: (gate) => Promise.resolve(before(fake, gate)),
      close: () => fake.close(),
    };
  },
};

const TO_ADA = { kind: 'approver', approver: ADA as never, address: ADA } as const;
const TOKEN = /\/req\/([0-9a-f]{32})$/;

function before(fake: FakeTalk, gate: GateProcess): Approver {
  /** By address: the tokens of cards, as they stood in the cards' links while these still asked. */
  const tokens = new Map<string, string>();
  const press = (request: Meant, verb: string, data: Readonly<Record<string, unknown>>): Promise<string> =>
    tell(gate, { type: 'action', message: 'm1', verb, data: { token: tokens.get(request.address), ...data } });
  const cardOf = (address: string): SeenMessage | undefined =>
    fake.sees(TO_ADA).find(({ text }) => text.includes(address));
  return {
    async seesRequest(address) {
      const token = await eventually(
        `a card over Talk tells of ${address}`,
        () => cardOf(address)?.links.flatMap((link) => TOKEN.exec(link)?.[1] ?? [])[0],
      );
      tokens.set(address, token);
    },
    seesEnd(address, words) {
      const card = cardOf(address);
      return card !== undefined && !card.buttons.includes('approve') && words.test(card.text);
    },
    say: async (line) => (await writeOverTalk(gate, { text: `/gate ${line}`, user: ADA, key: KEY })).text,
    deny: (request, reason) => press(request, 'deny', { reason, share: 'false' }),
    approveForAnHour: (request) => press(request, 'approve', { ttl_seconds: HOUR_SECONDS }),
    approveLate: (request) => press(request, 'approve', {}),
    revoke: ({ id }) => tell(gate, { type: 'action', message: 'm1', verb: 'revoke', data: { request: id } }),
  };
}

const KEY = keyOf(SIGNING_SECRETS[0]);

/** Answers the private text. */
async function tell(gate: GateProcess, event: Readonly<Record<string, unknown>>): Promise<string> {
  const body = Buffer.from(JSON.stringify({ ...event, user: ADA, workspace: 'embedded' }));
  const id = randomBytes(12).toString('hex');
  const response = await fetch(`${gate.publicUrl}/talk/events`, {
    method: 'POST',
    headers: { ...sign(KEY, { id, atMs: Date.now(), body }), 'content-type': 'application/json' },
    body,
  });
  if (!response.ok) throw new Error(`the call was answered with status ${String(response.status)}`);
  return ((await response.json()) as { text: string }).text;
}
