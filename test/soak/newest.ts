/** Finds the newest entry about an address in a list that only grows, without reading what was read before. */

export interface Newest<Entry> {
  /** As the entry stands now; entries may be redrawn in their place. */
  about(address: string): Entry | undefined;
}

/** `wordsOf`: where the address of an entry is written; null for an entry that is about nobody. */
export function newestIn<Entry>(list: readonly Entry[], wordsOf: (entry: Entry) => string | null): Newest<Entry> {
  const places = new Map<string, number>();
  let read = 0;
  return {
    about(address) {
      for (; read < list.length; read += 1) {
        const entry = list[read];
        const found = entry === undefined ? null : VISITOR.exec(wordsOf(entry) ?? '');
        if (found !== null) places.set(found[0], read);
      }
      return list[places.get(address) ?? -1];
    },
  };
}

/** Of the network for benchmarks (RFC 2544), in which all visitors of a soak live. */
const VISITOR = /\b198\.1[89]\.\d{1,3}\.\d{1,3}\b/;

/** The address of the request with this number, up to 131,071. */
export function visitorAddress(number: number): string {
  return `198.${String(18 + (number >> 16))}.${String((number >> 8) & 255)}.${String(number & 255)}`;
}
