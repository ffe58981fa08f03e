/** A small admin plane on loopback: takes calls by the wire of src/contract/admin.ts, records them, answers as told. */
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const TOKEN = 'a'.repeat(64);

export interface RecordedCall {
  readonly call: string;
  readonly body: unknown;
  readonly host: string | undefined;
}

export interface FakeAdmin {
  readonly port: number;
  readonly calls: readonly RecordedCall[];
  /** What the next calls are answered. */
  answer(status: number, body: unknown): void;
  stop(): Promise<void>;
}

/** Refuses a wrong bearer as the real one does. */
export async function fakeAdmin(): Promise<FakeAdmin> {
  const calls: RecordedCall[] = [];
  let next = { status: 200, body: '{}' };
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const isKnown = request.headers.authorization === `Bearer ${TOKEN}`;
      if (isKnown)
        calls.push({ call: `${request.method ?? ''} ${request.url ?? ''}`, body, host: request.headers.host });
      response.writeHead(isKnown ? next.status : 401, { 'content-type': 'application/json' });
      response.end(isKnown ? next.body : '{"error":"no"}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    calls,
    answer: (status, body) => (next = { status, body: typeof body === 'string' ? body : JSON.stringify(body) }),
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === '' ? null : (JSON.parse(text) as unknown);
}

/** A folder in which a gate runs, by what the process leaves there. */
export function folderOf(dataDir: string, files: { readonly port?: number; readonly token?: string }): string {
  const folder = mkdtempSync(join(tmpdir(), 'gate-cli-'));
  leave(join(folder, dataDir), files);
  return folder;
}

export function leave(path: string, files: { readonly port?: number; readonly token?: string }): void {
  mkdirSync(path, { recursive: true });
  if (files.token !== undefined) writeFileSync(join(path, 'admin.token'), files.token);
  if (files.port !== undefined) writeFileSync(join(path, 'admin.json'), JSON.stringify({ port: files.port, pid: 1 }));
}
