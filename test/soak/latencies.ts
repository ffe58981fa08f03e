/** Every latency of a run, exactly: four bytes each, sorted when somebody asks. */

export interface Latencies {
  add(ms: number): void;
  /** `0.99`: what 99 of 100 are below; 0 where there are none. */
  quantile(share: number): number;
  clear(): void;
}

const FIRST_ROOM = 4_096;

export function createLatencies(): Latencies {
  let room = new Float32Array(FIRST_ROOM);
  let count = 0;
  return {
    add(ms) {
      if (count === room.length) {
        const wider = new Float32Array(2 * room.length);
        wider.set(room);
        room = wider;
      }
      room[count] = ms;
      count += 1;
    },
    quantile(share) {
      const sorted = room.slice(0, count).sort();
      return sorted[Math.min(Math.floor(count * share), count - 1)] ?? 0;
    },
    clear: () => void (count = 0),
  };
}
