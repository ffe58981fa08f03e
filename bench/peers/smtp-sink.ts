/** postfix's smtp-sink: takes mails, throws them away and counts them. Its count is the truth of what was sent. */
import { userInfo } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { nowMs } from '../load/consumers.js';
import { accepting, freePort } from '../../test/fixtures/network/ports.js';
import { running, start, type Running } from '../processes.js';
import { requireCommand } from './peer.js';

export interface SmtpSink extends Running {
  readonly port: number;
  /** How many mails it has taken since it began. */
  taken(): number;
  /** Resolves when it has taken so many since it began, with when that was, by `nowMs`. Ask before they are sent. */
  hasTaken(mails: number): Promise<number>;
}

const COMMAND = 'smtp-sink';
const BACKLOG = '100';
const TAKE_TIMEOUT_MS = 120_000;
/** It rewrites one line of counters whenever a mail's last dot has come. */
const COUNTER = /mesg=(\d+)/g;

export function requireSmtpSink(): void {
  requireCommand(COMMAND, 'postfix');
}

export async function startSmtpSink(): Promise<SmtpSink> {
  const port = await freePort();
  const asNobody = userInfo().uid === 0 ? ['-u', 'nobody'] : []; // it does not run as root
  const argv = [COMMAND, ...asNobody, '-c', `127.0.0.1:${String(port)}`, BACKLOG];
  const child = start('load', argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  const sink = running(child);
  const waiting: { readonly mails: number; readonly resolve: (atMs: number) => void }[] = [];
  let mails = 0;
  child.stdout?.on('data', (chunk: Buffer) => {
    for (const [, count = ''] of chunk.toString().matchAll(COUNTER)) mails = Number(count);
    const due = waiting.filter((input) => input.mails <= mails);
    for (const input of due) {
      waiting.splice(waiting.indexOf(input), 1);
      input.resolve(nowMs());
    }
  });
  await accepting(port, 'smtp-sink');
  return {
    ...sink,
    port,
    taken: () => mails,
    hasTaken: (wanted) => inTime(new Promise((resolve) => waiting.push({ mails: wanted, resolve })), () => mails),
  };
}

async function inTime(work: Promise<number>, taken: () => number): Promise<number> {
  const over = new AbortController();
  const late = pause(TAKE_TIMEOUT_MS, null, { signal: over.signal }).then(() => {
    throw new Error(`smtp-sink has taken ${String(taken())} mails and no more`);
  });
  late.catch(() => undefined); // ended when the mails came
  return Promise.race([work, late]).finally(() => over.abort());
}
