/** A ledger full of mails that nobody has sent yet, sealed by the key that the gate will be started with. */
import type { ChannelName, Token } from '../../src/approval/brand.js';
import { cardView } from '../../src/approval/card-view.js';
import type { RequestRecord } from '../../src/approval/request.js';
import { TOKEN_PURPOSE } from '../../src/approval/seal-purpose.js';
import { TRUSTED } from '../../src/approval/site.js';
import { jsonLog } from '../../src/base/process/log.js';
import { createEncryption } from '../../src/base/crypto/encryption.js';
import { parseGateKeys } from '../../src/config/gate-keys.js';
import { openLedger } from '../../src/ledger/open.js';
import { emailCard, type EmailCard } from '../../cards/email.js';
import { inFlight } from '../load/call.js';
import { openedAudit, openInput } from './inputs.js';

const EMAIL = 'email' as ChannelName;
const AT_ONCE = 32;

/** Answers one of the mails as it will be drawn: what the rival sends. */
export async function fillQueue(
  file: string,
  { mails, secret }: { mails: number; secret: string },
): Promise<EmailCard> {
  const encryption = createEncryption(parseGateKeys(secret));
  const ledger = await openLedger({ kind: 'sqlite', file }, { log: jsonLog('warn', process.stderr) });
  const samples: EmailCard[] = [];
  try {
    await inFlight(mails, AT_ONCE, async (number) => {
      const seal = (id: string, token: Token): string => encryption.seal(TOKEN_PURPOSE, id, token);
      const input = openInput({ number, channels: [EMAIL], seal });
      const opened = await ledger.requests.open(input, openedAudit(input));
      if (opened.kind !== 'opened') throw new Error(`a request of the bench was not opened: ${opened.kind}`);
      if (samples.length === 0) samples.push(emailCard(pendingView(opened.request)));
    });
  } finally {
    await ledger.close();
  }
  const [sample] = samples;
  if (sample === undefined) throw new Error('a queue has at least one mail');
  return sample;
}

function pendingView(request: RequestRecord) {
  const token = '0123456789abcdef0123456789abcdef' as Token;
  const confirmUrl = `https://gate.example.org/req?token=${token}`;
  return cardView(request, { token, confirmUrl, policy: TRUSTED, nowMs: request.openedAtMs });
}
