/**
 * postfix's own smtp-sink, which somebody else wrote: what it does at which point is understood. Needs `smtp-sink` on the path
 * (`apt-get install postfix`; its service is not needed).
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { userInfo } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { accepting, freePort } from '../fixtures/network/ports.js';
import { closeMails, closers, notify, openAt } from '../fixtures/channels/email.js';

closeMails();

/** Not of npm. */
const COMMAND = 'smtp-sink';
const isThere = spawnSync(COMMAND, ['-h']).error === undefined;
if (!isThere)
  process.stderr.write('SKIPPED: smtp-sink is not there (apt-get install postfix), so nothing is tried against it\n');

async function sink(options: readonly string[]): Promise<string> {
  const port = await freePort();
  const asNobody = userInfo().uid === 0 ? ['-u', 'nobody'] : []; // it does not run as root
  const child = spawn(COMMAND, [...asNobody, ...options, `127.0.0.1:${String(port)}`, '16'], { stdio: 'ignore' });
  closers.push(async () => {
    if (child.exitCode !== null || !child.kill('SIGKILL')) return;
    await once(child, 'exit');
  });
  await accepting(port, COMMAND);
  return `smtp://127.0.0.1:${String(port)}`;
}

(isThere ? describe : describe.skip)('smtp-sink', () => {
  test.each([
    ['takes a mail', [], { kind: 'delivered' }],
    ['takes a mail without pipelining', ['-p'], { kind: 'delivered' }],
    ['speaks no ESMTP', ['-e'], { kind: 'delivered' }],
    ['refuses the sender for now', ['-r', 'mail'], { kind: 'deferred', reason: 'smtp_450' }],
    ['refuses the sender', ['-f', 'mail'], { kind: 'refused', scope: 'provider', reason: 'smtp_500' }],
    ['refuses the recipient for now', ['-r', 'rcpt'], { kind: 'deferred', reason: 'smtp_450' }],
    ['refuses the recipient', ['-f', 'rcpt'], { kind: 'refused', scope: 'recipient', reason: 'smtp_500' }],
    ['refuses the mail for now', ['-r', '.'], { kind: 'deferred', reason: 'smtp_450' }],
    ['refuses the mail', ['-f', '.'], { kind: 'refused', scope: 'message', reason: 'smtp_500' }],
    ['hangs up at MAIL', ['-q', 'mail'], { kind: 'deferred' }],
    ['hangs up at DATA', ['-q', 'data'], { kind: 'deferred' }],
    ['hangs up at the dot', ['-q', '.'], { kind: 'unknown' }],
  ] as const)('%s', async (...[, options, expected]) => {
    const channel = await openAt(await sink(options));

    expect(await notify(channel)).toMatchObject(expected);
  });
});
