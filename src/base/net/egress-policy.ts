/**
 * Where an outgoing call may go. Checked against every address a name resolves to, inside the very look-up the socket
 * uses, so that a name cannot answer one address to the check and another to the connection.
 */
import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Network = readonly [Address, number];

export interface EgressPolicy {
  /** Whether a call may go to this literal address. Plain http only where the operator listed the network. */
  permits(address: string, isEncrypted: boolean): boolean;
  /** A look-up for sockets: refuses the whole name, with code `forbidden_address`, when one of its addresses is refused. */
  lookup(isEncrypted: boolean): LookupFunction;
}

export const FORBIDDEN_ADDRESS = 'forbidden_address';

/** IANA gives out global unicast IPv6 from here alone (RFC 4291, 2.4): everything else is special, listed or not. */
const GLOBAL_V6: Network = ipaddr.IPv6.parseCIDR('2000::/3');

/** `any` permits everything. Throws for a network that `isNetwork` refuses: configuration was to be checked before. */
export function createEgressPolicy(kind: 'public' | 'any', allowedNetworks: readonly string[]): EgressPolicy {
  const listed = allowedNetworks.map(parseNetwork);
  const permits = (text: string, isEncrypted: boolean): boolean => {
    const address = parseAddress(text);
    if (address === null) return false;
    if (kind === 'any' || listed.some((network) => isWithin(address, network))) return true;
    return isEncrypted && isPublic(address);
  };
  return {
    permits,
    lookup: (isEncrypted) => (host, options, callback) => {
      systemLookup(host, { ...options, all: true }, (error, addresses) => {
        const found = error === null ? addresses : [];
        const refusal = error ?? refusalOf(found, (address) => permits(address, isEncrypted));
        answer({ refusal, found, wantsAll: options.all === true }, callback);
      });
    },
  };
}

/** Whether a text is a CIDR network or a single address. */
export function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

/** `isIP` goes first: ipaddr.js alone reads `0127.0.0.1` as octal and `1` as an address. */
function parseAddress(text: string): Address | null {
  return isIP(text) === 0 ? null : ipaddr.process(text);
}

function parseNetwork(text: string): Network {
  if (!isNetwork(text)) throw new Error('not a network');
  if (text.includes('/')) return ipaddr.parseCIDR(text);
  const address = ipaddr.process(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

function isWithin(address: Address, [network, bits]: Network): boolean {
  return address.kind() === network.kind() && address.match(network, bits);
}

function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' || isWithin(address, GLOBAL_V6);
}

function refusalOf(
  found: readonly LookupAddress[],
  isPermitted: (address: string) => boolean,
): NodeJS.ErrnoException | null {
  if (found.length > 0 && found.every(({ address }) => isPermitted(address))) return null;
  return Object.assign(new Error('the name leads to an address that is not permitted'), { code: FORBIDDEN_ADDRESS });
}

function answer(
  result: { refusal: NodeJS.ErrnoException | null; found: readonly LookupAddress[]; wantsAll: boolean },
  callback: Parameters<LookupFunction>[2],
): void {
  const [first] = result.found;
  if (result.refusal !== null || first === undefined) callback(result.refusal, '');
  else if (result.wantsAll) callback(null, [...result.found]);
  else callback(null, first.address, first.family);
}
