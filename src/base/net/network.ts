/** Networks as operators write them: CIDR, IPv4 or IPv6. Refuses one that matches everything or not what it seems to match. */
import ipaddr from 'ipaddr.js';
import { addressWords } from './address-words.js';
import { parseWritten } from './parse-address.js';
import { carriedNetwork } from './carried-network.js';
import { tooWide, WIDEST_BITS } from './wide-networks.js';

/** What is wrong with a network or a list of them, and what to do. The caller adds where it stands. */
export interface NetworkWrong {
  readonly problem: string;
  readonly cure: string;
}

/** How a table of `sites.toml` says that its networks are meant to be wide. */
export const WIDE_FLAG = 'allow_wide_networks = true';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** `bare`: an address without prefix is taken as a network of one. */
export function networkWrong(text: string, options: { bare: boolean }): NetworkWrong | null {
  const [addressText, bitsText, ...rest] = text.split('/');
  const address = strictAddress(addressText ?? '');
  if (address === null || rest.length > 0) return notANetwork(text);
  if (bitsText === undefined) return options.bare ? carriedWrong(text) : bareWrong(text, address);
  const widest = address.kind() === 'ipv4' ? 32 : 128;
  if (!/^\d{1,3}$/.test(bitsText) || Number(bitsText) > widest) return notANetwork(text);
  if (Number(bitsText) === 0)
    return { problem: `"${text}" matches every address`, cure: 'Name the networks that are meant, or leave it out.' };
  return carriedWrong(text) ?? hostBitsWrong(text, { address, bits: Number(bitsText), widest });
}

/** The CIDR form of a text that `networkWrong` accepts: an address without prefix becomes /32 or /128. */
export function canonicalNetwork(text: string): string {
  const [addressText = '', bits] = text.split('/');
  const address = ipaddr.parse(addressText);
  return `${address.toString()}/${bits ?? (address.kind() === 'ipv4' ? '32' : '128')}`;
}

/** Four decimal parts or a plain IPv6 address: the library also reads `1.2` and octal, which nobody means. */
function strictAddress(text: string): Address | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  const isAddress = text.includes(':') && !text.includes('%') && parseWritten(text, addressWords());
  return isAddress && ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text) : null;
}

function notANetwork(text: string): NetworkWrong {
  return { problem: `"${text}" is not a network`, cure: 'Write a CIDR network: 192.0.2.0/24 or 2001:db8:1::/48.' };
}

function bareWrong(text: string, address: Address): NetworkWrong {
  const whole = address.kind() === 'ipv4' ? '32' : '128';
  return {
    problem: `"${text}" is an address, not a network`,
    cure: `Write "${text}/${whole}" for this address alone.`,
  };
}

/** A network in a form that carries IPv4 addresses. Null for any other, and for what is no network. */
export function carriedWrong(text: string): NetworkWrong | null {
  const found = carriedNetwork(text);
  if (found === null) return null;
  return {
    problem: `"${text}" is ${found.form}, and whoever comes from one counts by the IPv4 address in it`,
    cure: found.plain === null ? 'Name the IPv4 networks that are meant.' : `Write it as IPv4: "${found.plain}".`,
  };
}

/**
 * A list that covers more than /8 (IPv4) or /19 (IPv6) in one piece, or more than four times that in all. `flag`: how to say that
 * this is meant, as `allow_wide_networks = true`. Every address there is may not be meant.
 */
export function wideWrong(
  networks: readonly string[],
  how: { readonly isAllowed: boolean; readonly flag: string },
): NetworkWrong | null {
  const found = tooWide(networks);
  if (found === null || (how.isAllowed && !found.isEverything)) return null;
  const widest = `/${String(WIDEST_BITS[found.family])}`;
  const family = `IPv${String(found.family)}`;
  if (found.isEverything)
    return {
      problem: `together these networks match every ${family} address`,
      cure: 'Name the networks that are meant, or leave it out.',
    };
  const covered =
    found.network === null ? `more than four networks of ${widest}` : `${found.network}, which is wider than ${widest}`;
  return {
    problem: found.isOneEntry ? `a network covers ${covered}` : `together these networks cover ${covered}`,
    cure: `Name the ${family} networks that are meant; where it is meant to be this wide: ${how.flag}.`,
  };
}

function hostBitsWrong(text: string, read: { address: Address; bits: number; widest: number }): NetworkWrong | null {
  const { address, bits, widest } = read;
  const kind = address.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6;
  const network = kind.networkAddressFromCIDR(`${address.toString()}/${String(bits)}`).toString();
  if (network === address.toString()) return null;
  return {
    problem: `"${text}" names an address inside the network ${network}/${String(bits)}`,
    cure: `Write "${network}/${String(bits)}" for the network, or "${address.toString()}/${String(widest)}" for this address alone.`,
  };
}
