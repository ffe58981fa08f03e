/** Reports that quote nothing of the mail are matched by what its envelope had. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { bounce, DELIVERY } from '../fixtures/channels/inbound-mails.js';
import { openInboundMail, type InboundMailStage } from './inbound-stage.js';

const SMTP_URL = 'smtp://127.0.0.1:2525?bounce_address=bounces+{id}@bounces.example.org';

let stage: InboundMailStage;
beforeEach(async () => {
  stage = await openInboundMail({ SMTP_URL });
});
afterEach(() => stage.close());

const NOTHING_QUOTED = { messageId: null };
const BOUNCES = `bounces+${DELIVERY}@bounces.example.org`;
test.each([
  ["its envelope's id", { ...NOTHING_QUOTED, envelopeId: DELIVERY }, true],
  ['the address that it is to', { ...NOTHING_QUOTED, to: `Gate <${BOUNCES.toUpperCase()}>` }, true],
  ['the address that it was delivered to', { ...NOTHING_QUOTED, header: [`Delivered-To: ${BOUNCES}`] }, true],
  ['none of these', NOTHING_QUOTED, false],
  ["an envelope's id that is none of ours", { ...NOTHING_QUOTED, envelopeId: `<${DELIVERY}>` }, false],
  ['an address of another domain', { ...NOTHING_QUOTED, to: `bounces+${DELIVERY}@evil.example` }, false],
  ['an address without an id', { ...NOTHING_QUOTED, to: 'bounces+@bounces.example.org' }, false],
])('by %s, where the mail is not quoted', async (_name, input, isMatched) => {
  const { outcome } = await stage.post(bounce(input));

  const told = stage.told.map(({ deliveryId, what, reason }) => [deliveryId, what, reason]);
  expect([outcome, told]).toEqual(isMatched ? ['recorded', [[DELIVERY, 'bounced', 'dsn_5.1.1']]] : ['no_report', []]);
});
