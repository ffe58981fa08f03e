/**
 * The process that asks the gate plane, as a reverse proxy does: over kept connections, for addresses that were let in and
 * for strangers, each question when its time has come. It knows who was let in by its parent, and what every answer has to be.
 */
import { Agent, request } from 'node:http';
import { randomOf } from '../faults/random.js';
import type { Counted, SenderInput, ToParent, ToSender } from './checks.js';
import { createLatencies } from './latencies.js';
import { keepPace } from './pace.js';

const [, , text = '{}'] = process.argv;
const { port, perSecond, hosts, seed } = JSON.parse(text) as SenderInput;

const CONNECTIONS = 64;
/**
 * A quarter of a second of the full rate. With more than this waiting for an answer the machine does not keep up: what is due
 * now is not sent, and counted, because a queue without a bound would measure nothing but itself.
 */
const MAX_WAITING = 500;
const TELL_EVERY_MS = 1_000;
const ANSWERED_WITHIN_MS = 30_000;
const MAX_TOLD_WRONG = 10;
const PASSES = 204;
const CLOSED = 403;

interface Question {
  readonly host: string;
  readonly address: string;
  readonly expected: number;
}

const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
const random = randomOf(seed, 'checks');
const letIn: Omit<Question, 'expected'>[] = [];
const wrong: string[] = [];
const all = createLatencies();
const lately = createLatencies();
const counted = { sent: 0, unsent: 0, answered: 0, known: 0, failed: 0, wrong: 0 };
let waiting = 0;

const pace = keepPace({
  perSecond,
  begin(_number, dueAtMs) {
    if (waiting >= MAX_WAITING) counted.unsent += 1;
    else ask(question(), dueAtMs);
  },
});
const telling = setInterval(() => tell(false), TELL_EVERY_MS);
process.on('message', (message: ToSender) => {
  if (message.kind === 'let_in') letIn.push(message);
  else void end();
});

/** Half of them by those who were let in, as soon as there are some. */
function question(): Question {
  const known = random.happens(0.5) ? letIn[random.whole(0, letIn.length - 1)] : undefined;
  if (known !== undefined) return { ...known, expected: PASSES };
  return { host: hosts[random.whole(0, hosts.length - 1)] ?? '', address: stranger(), expected: CLOSED };
}

/** Of the shared space (RFC 6598) or of the documentation's (RFC 3849): nobody is ever let in from there. */
function stranger(): string {
  if (random.happens(0.25)) return `2001:db8:${random.hex(2)}:${random.hex(2)}::${random.hex(2)}`;
  return `100.${String(random.whole(64, 127))}.${String(random.whole(0, 255))}.${String(random.whole(1, 254))}`;
}

function ask({ host, address, expected }: Question, dueAtMs: number): void {
  counted.sent += 1;
  waiting += 1;
  const headers = { host, 'x-forwarded-for': address };
  const asked = request({
    host: '127.0.0.1',
    port,
    path: `/site/${host}/auth/nginx/GET/`,
    headers,
    agent,
    timeout: ANSWERED_WITHIN_MS,
  });
  let isOver = false;
  const over = (status: number | null): void => {
    if (isOver) return;
    isOver = true;
    waiting -= 1;
    judge({ host, address, expected }, { status, tookMs: performance.now() - dueAtMs });
  };
  asked.on('response', (response) => {
    response.resume();
    response.on('end', () => over(response.statusCode ?? 0));
    response.on('error', () => over(null));
  });
  asked.on('timeout', () => asked.destroy());
  asked.on('error', () => over(null));
  asked.end();
}

function judge(
  { host, address, expected }: Question,
  { status, tookMs }: { readonly status: number | null; readonly tookMs: number },
): void {
  if (status === null) return void (counted.failed += 1);
  counted.answered += 1;
  if (expected === PASSES) counted.known += 1;
  all.add(tookMs);
  lately.add(tookMs);
  if (status === expected) return;
  counted.wrong += 1;
  if (wrong.length < MAX_TOLD_WRONG)
    wrong.push(`${address} at ${host}: ${String(status)} instead of ${String(expected)}`);
}

function tell(isOver: boolean): void {
  const of = isOver ? all : lately;
  const told: Counted = {
    ...counted,
    due: pace.due(),
    p50Ms: of.quantile(0.5),
    p99Ms: of.quantile(0.99),
    examples: wrong,
  };
  process.send?.({ isOver, counted: told } satisfies ToParent);
  lately.clear();
}

async function end(): Promise<void> {
  pace.stop();
  clearInterval(telling);
  const endMs = performance.now() + ANSWERED_WITHIN_MS;
  while (waiting > 0 && performance.now() < endMs)
    await new Promise((resume) => setTimeout(resume, TELL_EVERY_MS / 20));
  agent.destroy();
  tell(true);
  process.disconnect();
}
