/** Measures one sender: one event at a time for the time it takes, many at once for the deliveries a second. */
import { median } from '../figure.js';
import { inFlight } from '../load/call.js';
import { nowMs, type Consumers } from '../load/consumers.js';
import { cpuSeconds } from '../processes.js';
import type { Sender } from './senders.js';

export interface Course {
  /** Milliseconds from an event's sending until the last consumer has it, one event after the other: their median. */
  oneByOne(events: number): Promise<number>;
  /** Deliveries a second, from the first sending until the last delivery. */
  burst(events: number): Promise<Burst>;
}

export interface Burst {
  readonly perSecond: number;
  /** The share of the servers' core. */
  readonly busy: number;
  /** How busy this process's core was with sending and receiving. Near 1, the bench itself was the limit. */
  readonly loadBusy: number;
}

export interface CourseDeps {
  readonly consumers: Consumers;
  /** How many consumers each event reaches. */
  readonly fanOut: number;
  /** The sender's number, so that no two senders use the same visitor addresses. */
  readonly number: number;
}

const AT_ONCE = 64;
const MS = 1_000;
const MICROSECONDS = 1e6;

export function courseOf(sender: Sender, { consumers, fanOut, number }: CourseDeps): Course {
  let sent = 0;

  async function sendOne(): Promise<number> {
    const index = sent++;
    const address = addressOf(number, index);
    const reached = consumers.reached(address, fanOut);
    const startedMs = nowMs();
    const [arrival] = await Promise.all([reached, sender.send(index, address)]);
    return arrival.atMs - startedMs;
  }

  return {
    async oneByOne(events) {
      const times: number[] = [];
      for (let event = 0; event < events; event += 1) times.push(await sendOne());
      return median(times);
    },
    async burst(events) {
      const first = sent;
      sent += events;
      const before = { cpu: cpuSeconds(sender.pids), own: process.cpuUsage(), atMs: nowMs() };
      const arrivals = Array.from({ length: events }, (_, at) =>
        consumers.reached(addressOf(number, first + at), fanOut),
      );
      await inFlight(events, AT_ONCE, (at) => sender.send(first + at, addressOf(number, first + at)));
      const last = Math.max(...(await Promise.all(arrivals)).map(({ atMs }) => atMs));
      const seconds = (last - before.atMs) / MS;
      const own = process.cpuUsage(before.own);
      return {
        perSecond: (events * fanOut) / seconds,
        busy: (cpuSeconds(sender.pids) - before.cpu) / seconds,
        loadBusy: (own.user + own.system) / MICROSECONDS / seconds,
      };
    },
  };
}

/** 65,536 addresses a sender. */
function addressOf(sender: number, index: number): string {
  return `10.${String(sender)}.${String((index >> 8) & 255)}.${String(index & 255)}`;
}
