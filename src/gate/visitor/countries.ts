/**
 * A visitor's country, from a database file on this machine: for approvers to see and for the geofence; it never lets anybody
 * in. The packaged data is CC0 (whois and ASN records of the registries); another MMDB file can take its place.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Reader, type CountryResponse } from 'mmdb-lib';
import { addressWords } from '../../base/net/address-words.js';
import { parseAddress } from '../../base/net/parse-address.js';
import { addressText } from '../../base/net/address-text.js';

export interface Countries {
  /** ISO 3166-1 alpha-2, upper case; null when unknown. */
  countryOf(address: string): string | null;
  readonly builtAt: Date;
}

const PACKAGED = '@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb';
const CODE = /^[A-Z]{2}$/;

/** The packaged file has the code at the top; MaxMind's layout has it one deeper. */
type Entry = CountryResponse & { readonly country_code?: unknown };

/**
 * Throws when a configured file cannot be read or is no MMDB: the gate should not start with a geofence that shuts everybody
 * out. The packaged file, 8 MB, is read when the first unknown visitor asks.
 */
export function openCountries(file: string | null): Countries {
  const path = file ?? createRequire(import.meta.url).resolve(PACKAGED);
  let opened = file === null ? null : readerOf(path);
  const reader = (): Reader<Entry> => (opened ??= readerOf(path));
  const words = addressWords();
  return {
    countryOf(address) {
      if (!parseAddress(address, words)) return null;
      try {
        return codeOf(reader().get(addressText(address, words)));
      } catch {
        return null; // the packaged file was removed since the start, or is none: unknown counts as outside
      }
    },
    get builtAt() {
      return reader().metadata.buildEpoch;
    },
  };
}

function readerOf(path: string): Reader<Entry> {
  return new Reader<Entry>(readFileSync(path));
}

function codeOf(entry: Entry | null): string | null {
  const code = entry?.country_code ?? entry?.country?.iso_code;
  const upper = typeof code === 'string' ? code.toUpperCase() : '';
  return CODE.test(upper) ? upper : null;
}
