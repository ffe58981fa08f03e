/** Where events go: one JSON line an event. Tokens are cut to 8 digits. */
import type { Clock } from '../base/time/clock.js';
import type { LegacyEvents } from '../contract/channel.js';
import { legacyEvent, type LegacyEvent } from './legacy-events.js';
import type { Events, GateEvent } from './events.js';

/** All of a token that leaves the process in an event. */
const TOKEN_DIGITS = 8;

/** Writes `{"time":"…","event":"…",…}` lines; an event's deprecated name follows it in a line of its own. `legacy`: by channel. */
export function eventStream(
  clock: Clock,
  out: { write(line: string): void },
  legacy: ReadonlyMap<string, LegacyEvents>,
): Events {
  function write(event: GateEvent | LegacyEvent): void {
    const line = { time: new Date(clock.nowMs()).toISOString(), ...event };
    if ('token' in line) line.token = line.token.slice(0, TOKEN_DIGITS);
    out.write(`${JSON.stringify(line)}\n`);
  }
  return {
    emit(event) {
      write(event);
      const old = legacyEvent(event, legacy);
      if (old !== null) write(old);
    },
  };
}
