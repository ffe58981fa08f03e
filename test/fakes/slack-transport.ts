/** How Slack brings a payload to an app: as a signed HTTP call, or as an envelope down a socket. Both wait three seconds. */
import { createHmac } from 'node:crypto';
import type { Header } from '../contract/stage.js';
import type { SlackServer } from './slack-server.js';

export type PayloadKind = 'interactive' | 'slash_commands' | 'events_api';

export interface Delivered {
  /** Whether the app acknowledged in time. */
  readonly isAcknowledged: boolean;
  readonly status: number;
  /** What came with the acknowledgement; null: nothing. */
  readonly payload: Readonly<Record<string, unknown>> | null;
}

export type Deliver = (kind: PayloadKind, payload: Readonly<Record<string, unknown>>) => Promise<Delivered>;

const ACKNOWLEDGED_WITHIN_MS = 3_000;
const FORM = 'application/x-www-form-urlencoded';

/** The body and its type, as Slack sends this kind of payload. */
export function encoded(
  kind: PayloadKind,
  payload: Readonly<Record<string, unknown>>,
): { readonly body: Buffer; readonly type: string } {
  switch (kind) {
    case 'interactive':
      return { body: Buffer.from(new URLSearchParams({ payload: JSON.stringify(payload) }).toString()), type: FORM };
    case 'slash_commands':
      return { body: Buffer.from(new URLSearchParams(payload as Record<string, string>).toString()), type: FORM };
    case 'events_api':
      return { body: Buffer.from(JSON.stringify(payload)), type: 'application/json' };
  }
}

export function signedHeaders(call: {
  readonly secret: string;
  readonly body: Buffer;
  readonly atMs: number;
  readonly type: string;
}): readonly Header[] {
  const timestamp = String(Math.floor(call.atMs / 1_000));
  const mac = createHmac('sha256', call.secret).update(`v0:${timestamp}:`).update(call.body).digest('hex');
  return [
    ['content-type', call.type],
    ['x-slack-request-timestamp', timestamp],
    ['x-slack-signature', `v0=${mac}`],
  ];
}

export function overHttp(url: string, secret: string): Deliver {
  return async (kind, payload) => {
    const { body, type } = encoded(kind, payload);
    const headers = Object.fromEntries(signedHeaders({ secret, body, atMs: Date.now(), type }));
    try {
      const signal = AbortSignal.timeout(ACKNOWLEDGED_WITHIN_MS);
      const answer = await fetch(url, { method: 'POST', headers, body: new Uint8Array(body), signal });
      const text = await answer.text();
      const isAcknowledged = answer.status === 200;
      return { isAcknowledged, status: answer.status, payload: isAcknowledged ? readPayload(text) : null };
    } catch {
      return { isAcknowledged: false, status: 0, payload: null };
    }
  };
}

export function overSocket(server: SlackServer, nextId: () => string): Deliver {
  const waiting = new Map<string, (payload: Readonly<Record<string, unknown>> | null) => void>();
  server.onFrame((frame) => {
    const { envelope_id: id, payload } = frame as { envelope_id?: string; payload?: Readonly<Record<string, unknown>> };
    waiting.get(id ?? '')?.(payload === undefined || Object.keys(payload).length === 0 ? null : payload);
  });
  return (kind, payload) =>
    new Promise((resolve) => {
      const id = nextId();
      const [socket] = server.sockets;
      const late = setTimeout(() => {
        waiting.delete(id);
        resolve({ isAcknowledged: false, status: 0, payload: null });
      }, ACKNOWLEDGED_WITHIN_MS);
      waiting.set(id, (answer) => {
        clearTimeout(late);
        waiting.delete(id);
        resolve({ isAcknowledged: true, status: 200, payload: answer });
      });
      socket?.send(
        JSON.stringify({ envelope_id: id, type: kind, payload, accepts_response_payload: kind !== 'events_api' }),
      );
    });
}

function readPayload(text: string): Readonly<Record<string, unknown>> | null {
  return text === '' ? null : (JSON.parse(text) as Readonly<Record<string, unknown>>);
}
