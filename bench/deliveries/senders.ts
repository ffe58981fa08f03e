/** The ways in which one event comes in that is to reach five consumers: ours, and the rival's. */
import { randomBytes } from 'node:crypto';
import type { GateProcess } from '../gate-process.js';
import type { Caller } from '../load/call.js';
import type { Alertmanager } from '../peers/alertmanager.js';
import { groupOf, PRODUCER_HEADERS, siteOf } from './groups.js';

export interface Sender {
  readonly name: string;
  readonly pids: readonly number[];
  /** Sends the `index`th of its events, from that address; resolves when it was taken, which may be after it has arrived. */
  send(index: number, address: string): Promise<void>;
}

const RECEIVER = '/v1/auth-gate/approvals';
const TOKEN_BYTES = 16;
const USER_AGENT = 'Mozilla/5.0 (X11; Linux x86_64) Firefox/151.0';
/** A day: nothing ends by itself while it is measured. */
const TTL_SECONDS = 86_400;

export interface Receiving {
  readonly gate: GateProcess;
  readonly caller: Caller;
  readonly approvers: number;
}

/** A producer asks about one approver a post, so one request before five of them is five posts of one token, at once. */
export function byReceiver(name: string, { gate, caller, approvers }: Receiving): Sender {
  return {
    name,
    pids: [gate.pid],
    async send(index, address) {
      const token = randomBytes(TOKEN_BYTES).toString('hex');
      const posts = groupOf(index, approvers).map((admin) =>
        caller.call({
          port: gate.ports.public,
          method: 'POST',
          path: RECEIVER,
          headers: PRODUCER_HEADERS,
          body: JSON.stringify(payload({ token, admin, address })),
          expected: 200,
          again: 503, // not known to be stored: the same token again has one effect
        }),
      );
      await Promise.all(posts);
    },
  };
}

/** A visitor asks at a site: one request in, a delivery out for each of its approvers. */
export function byAccessRequest(name: string, { gate, caller }: Omit<Receiving, 'approvers'>): Sender {
  return {
    name,
    pids: [gate.pid],
    send: (index, address) =>
      caller.call({
        port: gate.ports.gate,
        method: 'GET',
        path: `/site/${siteOf(index)}/auth/forward`,
        headers: {
          host: siteOf(index),
          accept: 'text/html',
          'user-agent': USER_AGENT,
          'x-forwarded-for': address,
          'x-forwarded-host': siteOf(index),
          'x-forwarded-method': 'GET',
          'x-forwarded-uri': '/',
        },
        expected: 403,
      }),
  };
}

export function byAlertmanager(name: string, alertmanager: Alertmanager, caller: Caller): Sender {
  return { name, pids: [alertmanager.pid], send: (_index, address) => alertmanager.post(address, caller) };
}

/** RFC 001, section 6.2. */
function payload(about: { token: string; admin: string; address: string }): object {
  return {
    token: about.token,
    host: 'app.bench.example.org',
    environment: 'stg',
    origin_ip: about.address,
    user_agent: USER_AGENT,
    geo: 'BR',
    timestamp: new Date().toISOString(),
    admin: about.admin,
    ttl_seconds: TTL_SECONDS,
  };
}
