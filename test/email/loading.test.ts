/** A process loads what its configuration needs: a parser of strangers' mails only where such mails come in. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { packageRoot } from '../../src/base/process/package-root.js';

const SENDING = { SMTP_URL: 'smtp://127.0.0.1:2525', MAIL_FROM: 'Koder Gate <gate@example.org>' };

test('without a secret of the mail provider the parser of mails is not loaded; with one it is', () => {
  const [withoutIt, withIt] = [modulesWith(SENDING), modulesWith({ ...SENDING, EMAIL_WEBHOOK_SECRET: 'x'.repeat(32) })];

  expect(withoutIt).toContain('/node_modules/nodemailer/');
  expect(withoutIt).not.toContain('/node_modules/postal-mime/');
  expect(withIt).toContain('/node_modules/postal-mime/');
});

/** The addresses of all modules that a process loads to open the channel. */
function modulesWith(environment: Readonly<Record<string, string>>): string {
  const program = join(packageRoot(), 'out/test/email/loading-process.js');
  const ended = spawnSync(process.execPath, [program], { env: environment, encoding: 'utf8', timeout: 20_000 });
  if (ended.status !== 0) throw new Error(ended.stderr);
  return ended.stdout;
}
