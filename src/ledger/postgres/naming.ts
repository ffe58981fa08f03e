/**
 * Names of prepared statements. Under a name PostgreSQL parses a text once a connection, and after a few calls plans it no
 * more; without one it does both for every call. pg prepares a name when a connection first meets it, so that a connection
 * that is made anew needs nothing. Only texts that never vary are named: each is kept by the server, on every connection.
 */
import { sha256Hex } from '../../base/crypto/digest.js';
import type { Rendered } from '../sql.js';

/** This code has some 200 fixed texts; the bound is against the unforeseen. */
const MAX_NAMED = 400;
/** 80 bits: by its name alone two texts are never taken for one another, whoever else prepares on a shared connection. */
const DIGEST_DIGITS = 20;

export interface Naming {
  /** Undefined where the text is to be planned anew. */
  readonly nameOf: (statement: Rendered) => string | undefined;
  /** Other names for the same texts: what stands on the connections under the old ones is not asked any more. */
  readonly renewed: () => Naming;
}

export function createNaming(generation = 1): Naming {
  const names = new Map<string, string>();
  return {
    nameOf({ text, isFixed }) {
      if (!isFixed) return undefined;
      const known = names.get(text);
      if (known !== undefined || names.size >= MAX_NAMED) return known;
      const name = `gate_${sha256Hex(text).slice(0, DIGEST_DIGITS)}_${String(generation)}`;
      names.set(text, name);
      return name;
    },
    renewed: () => createNaming(generation + 1),
  };
}

/** Where names do not last: every text is planned anew. */
export const NAMELESS: Naming = { nameOf: () => undefined, renewed: () => NAMELESS };
