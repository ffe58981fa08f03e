/** The e-mail channel against a mail server. SMTP says "later" and "no" by codes alone, which is why it lacks some ways. */
import { emailEntry } from '../../../bots/email/entry.js';
import type { ApproverId } from '../../../src/approval/brand.js';
import type { Recipient } from '../../../src/contract/notifier.js';
import { startFakeSmtp, type SmtpBehaviour } from '../../fakes/smtp.js';
import type { ReadMail } from '../../fakes/read-mail.js';
import type { Behaviour, SeenMessage, Stage } from '../stage.js';
import { emailOverGraph } from './email-graph.js';

const email: Stage = {
  name: 'email',
  tells: 'question',
  lacks: {
    busy: 'SMTP says 4yz and has no Retry-After',
    server_error: 'a mail server that is unwell says 4yz: it knows that it did not take the mail',
    message_gone: 'a mail is never edited',
    no_in_a_200: 'a 250 is the server’s word for the mail',
  },
  async open(deps, at) {
    const fake = await startFakeSmtp();
    const host = at === 'fake' ? '127.0.0.1' : 'nowhere.invalid';
    const login = `${fake.user}:${encodeURIComponent(fake.password)}`;
    const { config, problems } = emailEntry.configure(
      { SMTP_URL: `smtp://${login}@${host}:${String(fake.port)}`, MAIL_FROM: 'Koder Gate <gate@koder.dev>' },
      { publicUrl: deps.publicUrl, isUsed: true, sites: [], producers: [] },
    );
    if (config === null) throw new Error(`the stage is misconfigured: ${JSON.stringify(problems)}`);
    const { open } = await emailEntry.load();
    const channel = await open(config, deps);
    return {
      channel,
      fake: {
        behave: (behaviour) => fake.behave(behaviourOf(behaviour)),
        calls: () => fake.calls(),
        arrival: () => fake.arrival(),
        sees: (recipient) =>
          fake
            .mails()
            .filter(({ to }) => to.includes(addressOf(recipient)))
            .map(seen),
      },
      recipient: (number) => ({
        kind: 'approver',
        approver: `approver${String(number)}@koder.dev` as ApproverId,
        address: `approver${String(number)}@example.org`,
      }),
      secrets: [fake.password, encodeURIComponent(fake.password)],
      async close() {
        await channel.stop();
        await fake.close();
      },
    };
  },
};

export const emailStages = [email, emailOverGraph] as const satisfies readonly Stage[];

function behaviourOf({ kind }: Behaviour): SmtpBehaviour {
  if (kind === 'server_error' || kind === 'no_in_a_200' || kind === 'message_gone')
    throw new Error('the stage lacks it');
  return kind;
}

function addressOf(recipient: Recipient): string {
  return 'address' in recipient ? recipient.address : '';
}

function seen({ words, links, structure }: ReadMail): SeenMessage {
  return { text: words, links, buttons: [], structure };
}
