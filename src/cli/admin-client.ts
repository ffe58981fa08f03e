/**
 * The wire to the running gate (src/contract/admin.ts): HTTP to the admin plane on loopback, with the bearer that the
 * process wrote into its data folder. Finds the demo's process where no other runs.
 */
import { request } from 'node:http';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { environmentOf, fileReader, type Surroundings } from './surroundings.js';

/** Long enough for `gate doctor`, which may wait a platform's whole health timeout. */
const TIMEOUT_MS = 30_000;
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
const DEFAULT_PORT = 8082;
const DATA_DIRS = ['.gate', join('.gate', 'demo')];

export interface AdminCall {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
}

export type AdminAnswer =
  | { readonly kind: 'answered'; readonly status: number; readonly body: unknown }
  /** `why` is for the operator: what was tried and how it failed. */
  | { readonly kind: 'unreached'; readonly why: string };

interface Door {
  readonly folder: string;
  readonly port: number;
  readonly token: string;
}

export async function callAdmin(call: AdminCall, surroundings: Surroundings): Promise<AdminAnswer> {
  const { folders, doors } = findDoors(surroundings);
  if (doors.length === 0)
    return { kind: 'unreached', why: `no gate has left its admin.token in ${folders.join(' or ')}` };
  const failures: string[] = [];
  for (const door of doors) {
    const answer = await knock(call, door);
    if (answer.kind === 'answered' && answer.status !== 401) return answer;
    const why = answer.kind === 'answered' ? `does not take the token in ${door.folder}` : answer.why;
    failures.push(`127.0.0.1:${String(door.port)} ${why}`);
  }
  return { kind: 'unreached', why: [...new Set(failures)].join('; ') };
}

const ADDRESS_FILE = z.object({ port: z.int().min(1).max(65_535) });

/** A running process has both files; one that was killed may have left them, so the next place is tried too. */
function findDoors(surroundings: Surroundings): { folders: readonly string[]; doors: readonly Door[] } {
  const environment = environmentOf(surroundings);
  const dataDir = environment['DATA_DIR'] ?? '';
  const folders = dataDir === '' ? DATA_DIRS : [dataDir];
  const given = Number(environment['ADMIN_PORT'] ?? '');
  const read = (folder: string, name: string) => readOrNull(surroundings, join(folder, name));
  const doors = folders.flatMap((folder) => {
    const token = read(folder, 'admin.token')?.trim() ?? '';
    if (token === '') return [];
    const written = portOf(read(folder, 'admin.json'));
    const port = given > 0 ? given : (written ?? DEFAULT_PORT);
    return [{ folder: resolve(surroundings.folder, folder), token, port, isWritten: written !== null }];
  });
  return { folders, doors: doors.sort((a, b) => Number(b.isWritten) - Number(a.isWritten)) };
}

function portOf(text: string | null): number | null {
  try {
    return ADDRESS_FILE.parse(JSON.parse(text ?? '')).port;
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

function knock(call: AdminCall, door: Door): Promise<AdminAnswer> {
  const body = call.body === undefined ? null : Buffer.from(JSON.stringify(call.body));
  return new Promise((answered) => {
    const fail = (why: string): void => answered({ kind: 'unreached', why });
    const outgoing = request({
      host: '127.0.0.1',
      port: door.port,
      method: call.method,
      path: call.path,
      agent: false,
      timeout: TIMEOUT_MS,
      headers: {
        authorization: `Bearer ${door.token}`,
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
