/**
 * The wire to the running gate (src/contract/admin.ts): HTTP to the admin plane, with the bearer that the
 * process wrote into its data folder. Finds the demo's process where no other runs.
 */
import { request } from 'node:http';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { hostInUrl } from '../base/net/reachable-from.js';
import { environmentOf, fileReader, type Surroundings } from './surroundings.js';

/** Long enough for `gate doctor`, which may wait a platform's whole health timeout. */
const TIMEOUT_MS = 30_000;
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
const DEFAULT_PORT = 8082;
/** What can stand in a header; what was put in its place by mistake seldom can. */
const TOKEN = /^[\x21-\x7e]{1,512}$/;
const LOOPBACK = '127.0.0.1';
const DATA_DIRS = ['.gate', join('.gate', 'demo')];

export interface AdminCall {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
}

export type AdminAnswer =
  | { readonly kind: 'answered'; readonly status: number; readonly body: unknown }
  /** `why` is for the operator: what was tried and how it failed. */
  | { readonly kind: 'unreached'; readonly why: string };

interface Endpoint {
  readonly folder: string;
  readonly host: string;
  readonly port: number;
  readonly token: string;
}

export async function callAdmin(call: AdminCall, surroundings: Surroundings): Promise<AdminAnswer> {
  const { folders, endpoints } = findEndpoints(surroundings);
  if (endpoints.length === 0)
    return { kind: 'unreached', why: `no gate has left its admin.token in ${folders.join(' or ')}` };
  const failures: string[] = [];
  for (const endpoint of endpoints) {
    if (!TOKEN.test(endpoint.token)) {
      failures.push(
        `the admin.token in ${endpoint.folder} was overwritten: delete it, and the gate writes it again within a minute`,
      );
      continue;
    }
    const answer = await askOne(call, endpoint);
    if (answer.kind === 'answered' && answer.status !== 401) return answer;
    const why = answer.kind === 'answered' ? `does not take the token in ${endpoint.folder}` : answer.why;
    failures.push(`${hostInUrl(endpoint.host)}:${String(endpoint.port)} ${why}`);
  }
  return { kind: 'unreached', why: [...new Set(failures)].join('; ') };
}

const ADDRESS_FILE = z.object({ port: z.int().min(1).max(65_535), host: z.string().optional() });
type Place = z.output<typeof ADDRESS_FILE>;

/** A running process has both files; one that was killed may have left them, so the next place is tried too. */
function findEndpoints(surroundings: Surroundings): { folders: readonly string[]; endpoints: readonly Endpoint[] } {
  const environment = environmentOf(surroundings);
  const dataDir = environment['DATA_DIR'] ?? '';
  const folders = dataDir === '' ? DATA_DIRS : [dataDir];
  const given = Number(environment['ADMIN_PORT'] ?? '');
  const givenHost = (environment['ADMIN_HOST'] ?? '').trim();
  const read = (folder: string, name: string) => readOrNull(surroundings, join(folder, name));
  const endpoints = folders.flatMap((folder) => {
    const token = read(folder, 'admin.token')?.trim() ?? '';
    if (token === '') return [];
    const written = placeOf(read(folder, 'admin.json'));
    const port = given > 0 ? given : (written?.port ?? DEFAULT_PORT);
    const host = ownAddress(givenHost === '' ? written?.host : givenHost);
    return [{ folder: resolve(surroundings.folder, folder), token, host, port, isWritten: written !== null }];
  });
  return { folders, endpoints: endpoints.sort((a, b) => Number(b.isWritten) - Number(a.isWritten)) };
}

/** Where a plane that listens on every interface is found from this machine. */
function ownAddress(host = LOOPBACK): string {
  if (host === '0.0.0.0') return LOOPBACK;
  return host === '::' ? '::1' : host;
}

function placeOf(text: string | null): Place | null {
  try {
    return ADDRESS_FILE.parse(JSON.parse(text ?? ''));
  } catch {
    return null; // absent, or half written by a process that was killed
  }
}

function readOrNull(surroundings: Surroundings, path: string): string | null {
  try {
    return fileReader(surroundings)(path);
  } catch {
    return null;
  }
}

function askOne(call: AdminCall, endpoint: Endpoint): Promise<AdminAnswer> {
  const body = call.body === undefined ? null : Buffer.from(JSON.stringify(call.body));
  return new Promise((answered) => {
    const fail = (why: string): void => answered({ kind: 'unreached', why });
    const outgoing = request({
      host: endpoint.host,
      port: endpoint.port,
      method: call.method,
      path: call.path,
      agent: false,
      timeout: TIMEOUT_MS,
      headers: {
        authorization: `Bearer ${endpoint.token}`,
        accept: 'application/json',
        ...(body === null ? {} : { 'content-type': 'application/json', 'content-length': body.length }),
      },
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error('timeout')));
    outgoing.on('error', (error: NodeJS.ErrnoException) => fail(failureInWords(error)));
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      incoming.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > MAX_ANSWER_BYTES) outgoing.destroy(new Error('answer too large'));
      });
      incoming.on('error', (error: NodeJS.ErrnoException) => fail(failureInWords(error)));
      incoming.on('end', () => {
        const json = parsed(Buffer.concat(chunks).toString('utf8'));
        if (json === undefined) fail('answers, but not as a gate does');
        else answered({ kind: 'answered', status: incoming.statusCode ?? 0, body: json });
      });
    });
    outgoing.end(body);
  });
}

function failureInWords(error: NodeJS.ErrnoException): string {
  if (error.code === 'ECONNREFUSED') return 'refuses: nothing listens there';
  return error.message === 'timeout' ? 'does not answer' : `cannot be talked to (${error.code ?? error.message})`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
