/** What the courier is compared with: nodemailer's own pool, told to send, which records nothing. */
import { createTransport } from 'nodemailer';
import type { Sent, ToSend } from '../mails/task.js';
import { inFlight } from '../load/call.js';

const [, , port = ''] = process.argv;
/** As our e-mail channel has it. */
const CONNECTIONS = 5;
/** So many are handed over at once that the pool never waits for the next. */
const AT_ONCE = 100;

const transport = createTransport({
  pool: true,
  host: '127.0.0.1',
  port: Number(port),
  ignoreTLS: true,
  name: 'localhost',
  maxConnections: CONNECTIONS,
});

process.on(
  'message',
  (task: ToSend) => void sendAll(task).then(() => process.send?.({ sent: task.mails } satisfies Sent)),
);
process.on('disconnect', () => {
  transport.close();
  process.exit(0);
});

async function sendAll({ mails, subject, text, html }: ToSend): Promise<void> {
  await inFlight(mails, AT_ONCE, async (number) => {
    await transport.sendMail({
      from: { name: 'Koder Gate', address: 'gate@example.org' },
      to: `approver${String(number)}@example.org`,
      subject,
      text,
      html,
      xMailer: false,
    });
  });
}
