/** The mails the demo's mailbox holds: one `.eml` file each, so that they survive a restart. Newest first. */
import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import PostalMime, { type Email } from 'postal-mime';
import { makeFolder } from '../../src/base/process/make-folder.js';
import type { Random } from '../../src/base/crypto/random.js';
import type { Clock } from '../../src/base/time/clock.js';

export interface StoredMail {
  /** `<epoch milliseconds>-<8 hex digits>`: sorts by time. */
  readonly id: string;
  readonly receivedAtMs: number;
  readonly raw: Buffer;
  readonly mail: Email;
}

export interface MailStore {
  /** Resolves when the mail is on disk. */
  add(raw: Buffer): Promise<void>;
  all(): readonly StoredMail[];
  find(id: string): StoredMail | undefined;
  /** Called after each new mail; the returned function ends it. */
  watch(listener: () => void): () => void;
}

/** Enough for a demo; older ones are deleted. */
const MAX_MAILS = 200;
const FILE_NAME = /^(\d{13,}-[0-9a-f]{8})\.eml$/;

export async function openMailStore(folder: string, deps: { clock: Clock; random: Random }): Promise<MailStore> {
  makeFolder(folder);
  const listeners = new Set<() => void>();
  let mails = await readAll(folder);
  return {
    async add(raw) {
      const id = `${String(deps.clock.nowMs())}-${deps.random.hex(4)}`;
      const stored = await parse(id, raw);
      await write(folder, stored);
      const known = [stored, ...mails];
      mails = known.slice(0, MAX_MAILS);
      await Promise.all(known.slice(MAX_MAILS).map((old) => rm(fileOf(folder, old.id), { force: true })));
      for (const listener of listeners) listener();
    },
    all: () => mails,
    find: (id) => mails.find((mail) => mail.id === id),
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

async function readAll(folder: string): Promise<readonly StoredMail[]> {
  const ids = (await readdir(folder)).flatMap((name) => FILE_NAME.exec(name)?.[1] ?? []);
  const newest = ids.sort().reverse().slice(0, MAX_MAILS);
  return Promise.all(newest.map(async (id) => parse(id, await readFile(fileOf(folder, id)))));
}

async function parse(id: string, raw: Buffer): Promise<StoredMail> {
  return { id, receivedAtMs: Number(id.split('-')[0]), raw, mail: await PostalMime.parse(raw) };
}

/** Whole or not at all: under another name first, renamed when it is on disk. */
async function write(folder: string, { id, raw }: StoredMail): Promise<void> {
  const file = fileOf(folder, id);
  const handle = await open(`${file}.part`, 'w', 0o600);
  try {
    await handle.writeFile(raw);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.part`, file);
}

function fileOf(folder: string, id: string): string {
  return join(folder, `${id}.eml`);
}
