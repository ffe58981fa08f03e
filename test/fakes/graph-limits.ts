/** The limits of the Graph fake: so many mails a minute from one mailbox, so many calls of the application at once. */

export interface GraphLimits {
  readonly mailsPerWindow: number;
  readonly windowMs: number;
  readonly callsAtOnce: number;
  /** How long every call takes. */
  readonly latencyMs: number;
}

export const LIMITS: GraphLimits = { mailsPerWindow: 30, windowMs: 60_000, callsAtOnce: 4, latencyMs: 0 };

export interface LimitKeeper {
  /** Null: too many at once. Otherwise what ends the call. */
  begin(): (() => void) | null;
  /** Seconds to wait before this mailbox may send again; 0 where it may now, which is then counted. */
  secondsUntilFree(mailbox: string): number;
  readonly mostAtOnce: () => number;
  /** Calls that were turned away by a limit. */
  readonly turnedAway: () => number;
}

export function limitKeeper({ mailsPerWindow, windowMs, callsAtOnce }: GraphLimits): LimitKeeper {
  const sent = new Map<string, number[]>();
  let running = 0;
  let most = 0;
  let turnedAway = 0;
  return {
    begin() {
      if (running >= callsAtOnce) {
        turnedAway += 1;
        return null;
      }
      running += 1;
      most = Math.max(most, running);
      return () => {
        running -= 1;
      };
    },
    secondsUntilFree(mailbox) {
      const nowMs = Date.now();
      const recent = (sent.get(mailbox) ?? []).filter((atMs) => atMs > nowMs - windowMs);
      const isFree = recent.length < mailsPerWindow;
      if (isFree) recent.push(nowMs);
      else turnedAway += 1;
      sent.set(mailbox, recent);
      return isFree ? 0 : Math.max(Math.ceil(((recent[0] ?? nowMs) + windowMs - nowMs) / 1_000), 1);
    },
    mostAtOnce: () => most,
    turnedAway: () => turnedAway,
  };
}
