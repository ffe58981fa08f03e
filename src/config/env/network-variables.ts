/** Variables of where the gate listens, and of which addresses in front of it are believed. */
import { z } from 'zod';
import { canonicalNetwork, networkWrong } from '../../base/net/network.js';
import { wideLists } from '../../base/net/wide-networks.js';
import { described } from '../described.js';
import { listenHostWrong } from '../listen-host.js';
import { portWrong } from '../numbers.js';
import type { Wrong } from '../problems.js';
import { judged } from '../read-table.js';
import { webAddressWrong } from '../web-address.js';
import { byDefault } from './defaults.js';

export const PORT = 'a port, 1 to 65535';
const HOST = 'one IP address of this machine';
const PEM = 'PEM text; best given as a file, by `<NAME>_FILE`';
const NETWORKS = 'IP addresses or CIDR networks, comma-separated';

export const port = judged((text) => portWrong(text)).transform(Number);
const listenHost = judged(listenHostWrong);

export const NETWORK_VARIABLES = {
  PUBLIC_URL: described(
    judged((text) => webAddressWrong(text, 'origin')).transform((text) => new URL(text).origin),
    {
      meaning: 'Where approvers reach the gate: confirm links and sign-in links begin with it. Required.',
      form: 'an https origin without a path; plain http on loopback only',
      example: 'https://gate.example.org',
      readBy: 'every process',
    },
  ),
  TRUSTED_PROXIES: described(networks('For a proxy on this machine: 127.0.0.1/32,::1/128'), {
    meaning:
      'The reverse proxies whose forwarded headers are believed. With none, every check that a proxy asks is refused.',
    form: NETWORKS,
    default: 'none',
    example: '127.0.0.1/32,::1/128',
    readBy: 'public and gate plane',
  }),
  EDGE_NETWORKS: described(networks('For Cloudflare see deploy/haproxy/cloudflare.lst.'), {
    meaning:
      'The networks of an edge (Cloudflare, a load balancer) in front of the trusted proxies. They are skipped in forwarded chains, are nobody as a visitor, and are never believed themselves.',
    form: NETWORKS,
    default: 'none',
    example: '198.51.100.0/24',
    readBy: 'public and gate plane',
  }),
  ALLOW_WIDE_NETWORKS: described(z.string().transform(wideLists), {
    meaning: 'The variables whose networks are meant to cover more than a /8 (IPv4) or a /19 (IPv6).',
    form: 'of `TRUSTED_PROXIES`, `EDGE_NETWORKS` and `WEBHOOK_ALLOWED_NETWORKS`, comma-separated',
    default: 'none',
    example: 'TRUSTED_PROXIES',
    readBy: 'the start',
  }),
  PUBLIC_PORT: described(port, {
    meaning: 'Port of the public plane, on all interfaces; on loopback alone where the gate speaks TLS itself.',
    form: PORT,
    default: byDefault('PUBLIC_PORT'),
    readBy: 'public plane',
  }),
  GATE_PORT: described(port, {
    meaning: 'Port of the gate plane, which the reverse proxy asks.',
    form: PORT,
    default: byDefault('GATE_PORT'),
    readBy: 'gate plane',
  }),
  GATE_HOST: described(listenHost, {
    meaning:
      'Address that the gate plane listens on. For a proxy in another container this may be 0.0.0.0; beyond loopback the gate plane answers `TRUSTED_PROXIES` alone.',
    form: HOST,
    default: byDefault('GATE_HOST'),
    readBy: 'gate plane',
  }),
  ADMIN_PORT: described(port, {
    meaning: 'Port of the admin plane, which the `gate` command talks to.',
    form: PORT,
    default: byDefault('ADMIN_PORT'),
    readBy: 'admin plane',
  }),
  ADMIN_HOST: described(listenHost, {
    meaning: 'Address that the admin plane listens on. Beyond loopback its bearer token crosses the network in clear.',
    form: HOST,
    default: byDefault('ADMIN_HOST'),
    readBy: 'admin plane',
  }),
  ADMIN_URL: described(
    judged((text) => webAddressWrong(text, 'origin')).transform((text) => new URL(text).origin),
    {
      meaning:
        'Where operators reach the admin plane with a browser: they are led from there to signing in at `PUBLIC_URL` and back. Behind a proxy or a tunnel, as the browser writes it.',
      form: 'an https origin without a path, another one than `PUBLIC_URL`; plain http on loopback only',
      default: '`http://localhost:ADMIN_PORT`',
      example: 'https://gate-admin.example.org',
      readBy: 'public and admin plane',
    },
  ),
  PUBLIC_TLS_CERT: described(z.string(), {
    meaning:
      'The certificate with its chain, where the public plane speaks TLS itself. A renewed one is taken over within a minute, and by `gate reload` at once; open connections go on.',
    form: PEM,
    default: 'plain http',
    readBy: 'public plane',
  }),
  PUBLIC_TLS_KEY: described(z.string(), {
    meaning: 'The private key of that certificate.',
    form: PEM,
    readBy: 'public plane',
  }),
  PUBLIC_TLS_PORT: described(port, {
    meaning: 'Port of the public plane over TLS, on all interfaces.',
    form: PORT,
    default: byDefault('PUBLIC_TLS_PORT'),
    readBy: 'public plane',
  }),
  PUBLIC_TLS_CLIENT_CA: described(z.string(), {
    meaning:
      'The authorities whose client certificates producers may show (`client_cert_from = "tls"` in `sites.toml`).',
    form: PEM,
    default: 'no client certificates',
    readBy: 'public plane',
  }),
} satisfies z.ZodRawShape;

/** `example` is added to the cure. */
function networksWrong(text: string, example: string): Wrong | null {
  const wrongs = listOf(text).flatMap((network) => networkWrong(network, { bare: true }) ?? []);
  const [first] = wrongs;
  if (first === undefined) return null;
  return { problem: wrongs.map(({ problem }) => problem).join('; '), cure: `${first.cure} ${example}` };
}

function networks(example: string) {
  return judged((text) => networksWrong(text, example)).transform((text): readonly string[] =>
    listOf(text).map(canonicalNetwork),
  );
}

function listOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
