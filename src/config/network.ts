/** Networks as operators write them: CIDR, IPv4 or IPv6. Refuses one that matches everything or not what it seems to match. */
import ipaddr from 'ipaddr.js';
import type { Wrong } from './problems.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** `bare`: an address without prefix is taken as a network of one. */
export function networkWrong(text: string, options: { bare: boolean }): Wrong | null {
  const [addressText, bitsText, ...rest] = text.split('/');
  const address = strictAddress(addressText ?? '');
  if (address === null || rest.length > 0) return notANetwork(text);
  if (bitsText === undefined) return options.bare ? mappedWrong(text, address) : bareWrong(text, address);
  const widest = address.kind() === 'ipv4' ? 32 : 128;
  if (!/^\d{1,3}$/.test(bitsText) || Number(bitsText) > widest) return notANetwork(text);
  if (Number(bitsText) === 0)
    return { problem: `"${text}" matches every address`, cure: 'Name the networks that are meant, or leave it out.' };
  return mappedWrong(text, address) ?? hostBitsWrong(text, { address, bits: Number(bitsText), widest });
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
  return text.includes(':') && !text.includes('%') && ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text) : null;
}

function notANetwork(text: string): Wrong {
  return { problem: `"${text}" is not a network`, cure: 'Write a CIDR network: 192.0.2.0/24 or 2001:db8:1::/48.' };
}

function bareWrong(text: string, address: Address): Wrong {
  const whole = address.kind() === 'ipv4' ? '32' : '128';
  return {
    problem: `"${text}" is an address, not a network`,
    cure: `Write "${text}/${whole}" for this address alone.`,
  };
}

function mappedWrong(text: string, address: Address): Wrong | null {
  if (!(address instanceof ipaddr.IPv6) || !address.isIPv4MappedAddress()) return null;
  const plain = address.toIPv4Address().toString();
  return {
    problem: `"${text}" is IPv4 in an IPv6 coat, and visitors' addresses are compared without it`,
    cure: `Write it as IPv4: "${plain}/32".`,
  };
}

function hostBitsWrong(text: string, parts: { address: Address; bits: number; widest: number }): Wrong | null {
  const { address, bits, widest } = parts;
  const kind = address.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6;
  const network = kind.networkAddressFromCIDR(`${address.toString()}/${String(bits)}`).toString();
  if (network === address.toString()) return null;
  return {
    problem: `"${text}" names an address inside the network ${network}/${String(bits)}`,
    cure: `Write "${network}/${String(bits)}" for the network, or "${address.toString()}/${String(widest)}" for this address alone.`,
  };
}
