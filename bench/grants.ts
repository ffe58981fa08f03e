/** The addresses of a bench: as many as there are grants, spread over the whole of 10.0.0.0/8 in no order. */
import type { SiteKey, VisitorAddress } from '../src/approval/brand.js';

export const BENCH_SITE = 'stg.bench.example.org' as SiteKey;
/** The check of that site, as nginx asks it. */
export const BENCH_CHECK = `/site/${BENCH_SITE}/auth/nginx/GET/`;
/** An odd number: multiples of it meet every residue of 2^24 once. */
const STRIDE = 0x9e_3779;

export function benchAddress(index: number): VisitorAddress {
  const bits = ((index + 1) * STRIDE) % 2 ** 24;
  return `10.${String(bits >> 16)}.${String((bits >> 8) & 255)}.${String(bits & 255)}` as VisitorAddress;
}

/** The same in the two other languages in which a bench must make addresses: a request with a wrong one is refused, and that ends the bench. */
export const LUA_BENCH_ADDRESS = `
local floor = math.floor
local function bench_address(index)
  local bits = ((index + 1) * ${String(STRIDE)}) % 16777216
  return "10." .. floor(bits / 65536) .. "." .. floor(bits / 256) % 256 .. "." .. bits % 256
end`;

/** `index`: an SQL expression. */
export function sqlBenchAddress(index: string): string {
  const bits = `(((${index}) + 1) * ${String(STRIDE)} % 16777216)`;
  return `'10.' || (${bits} / 65536) || '.' || (${bits} / 256 % 256) || '.' || (${bits} % 256)`;
}
