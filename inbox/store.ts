/**
 * The messages of the embedded Talk, in a small SQLite file of their own. Not in the ledger: this is another system's
 * memory, behind a wire, as a Talk server elsewhere would keep it. Losing it costs drawn cards and no decision, so that
 * `synchronous=NORMAL` will do, and a write without an fsync (some 10 µs) may stay in the main thread.
 */
import { chmodSync, closeSync, openSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { Message } from './message.js';

/** Our own limit of messages for each reader; older ones are deleted. */
const MAX_MESSAGES_PER_HANDLE = 200;
const BUSY_TIMEOUT_MS = 2_000;
const OWNER_ONLY = 0o600;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS message (
    id TEXT NOT NULL PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    handle TEXT NOT NULL,
    revision INTEGER NOT NULL,
    text TEXT NOT NULL,
    card TEXT NOT NULL,
    sent_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS message_of ON message (handle);
  CREATE INDEX IF NOT EXISTS message_by_age ON message (sent_at_ms, id);
`;
const SELECT = 'SELECT id, handle, revision, text, card, sent_at_ms AS sentAtMs FROM message';
const INSERT = `
  INSERT INTO message (id, key, handle, revision, text, card, sent_at_ms)
  VALUES (@id, @key, @handle, @revision, @text, @card, @sentAtMs)
  ON CONFLICT (key) DO UPDATE SET revision = excluded.revision, text = excluded.text, card = excluded.card
  WHERE excluded.revision > message.revision AND excluded.handle = message.handle
`;
const UPDATE = `
  UPDATE message SET revision = @revision, text = @text, card = @card
  WHERE id = @id AND revision < @revision
`;
const PRUNE = `
  DELETE FROM message WHERE handle = @handle AND rowid <=
  (SELECT rowid FROM message WHERE handle = @handle ORDER BY rowid DESC LIMIT 1 OFFSET ${String(MAX_MESSAGES_PER_HANDLE)})
`;
const OLD = `
  SELECT id, key, sent_at_ms AS sentAtMs FROM message
  WHERE sent_at_ms <= @sentUntilMs AND (sent_at_ms, id) > (@behindMs, @behindId)
  ORDER BY sent_at_ms, id LIMIT @limit
`;
const REMOVE = 'DELETE FROM message WHERE id IN (SELECT value FROM json_each(?))';

/** What a sweep looks at: a message without what it shows. */
interface OldMessage {
  readonly id: string;
  /** The bot's own name for it. */
  readonly key: string;
  readonly sentAtMs: number;
}

interface OldInput {
  readonly sentUntilMs: number;
  /** Those that were sent after this one, or with it and are behind it by their ids. */
  readonly behind: Pick<OldMessage, 'id' | 'sentAtMs'>;
  readonly limit: number;
}

type PostOutcome =
  | { readonly kind: 'posted' | 'known' | 'redrawn'; readonly message: Message }
  /** The key names a message to somebody else. */
  | { readonly kind: 'key_taken' };

type PutOutcome =
  { readonly kind: 'redrawn' | 'same' | 'stale'; readonly message: Message } | { readonly kind: 'unknown' };

export interface Store {
  /** The same key again is the same message; its card is taken over when its revision is higher. */
  post(message: Message & { readonly key: string }): PostOutcome;
  /** A lower revision never overwrites a higher one. */
  put(drawing: Pick<Message, 'id' | 'revision' | 'text' | 'card'>): PutOutcome;
  find(id: string): Message | null;
  /** Oldest first. */
  of(handle: string): readonly Message[];
  /** Oldest first. */
  old(input: OldInput): readonly OldMessage[];
  /** Answers how many of them were there. */
  remove(ids: readonly string[]): number;
  close(): void;
}

export function openStore(file: string): Store {
  makeFile(file);
  const database = new Database(file, { timeout: BUSY_TIMEOUT_MS });
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = NORMAL');
  // A pending card has a token in it; once redrawn, the old bytes are to be gone.
  database.pragma('secure_delete = ON');
  database.exec(SCHEMA);
  const insert = database.prepare(INSERT);
  const update = database.prepare(UPDATE);
  const prune = database.prepare(PRUNE);
  const byKey = database.prepare<[string], Message>(`${SELECT} WHERE key = ?`);
  const byId = database.prepare<[string], Message>(`${SELECT} WHERE id = ?`);
  const byHandle = database.prepare<[string], Message>(`${SELECT} WHERE handle = ? ORDER BY rowid`);
  const oldest = database.prepare<[object], OldMessage>(OLD);
  const remove = database.prepare<[string]>(REMOVE);

  const post = (message: Message & { readonly key: string }): PostOutcome => {
    const isChanged = insert.run(message).changes === 1;
    const stored = byKey.get(message.key);
    if (stored === undefined) throw new Error('a message that was just written is there');
    if (stored.handle !== message.handle) return { kind: 'key_taken' };
    if (!isChanged) return { kind: 'known', message: stored };
    if (stored.id !== message.id) return { kind: 'redrawn', message: stored };
    prune.run({ handle: message.handle });
    return { kind: 'posted', message: stored };
  };

  return {
    post: database.transaction(post),
    put(drawing) {
      const isChanged = update.run(drawing).changes === 1;
      const stored = byId.get(drawing.id);
      if (stored === undefined) return { kind: 'unknown' };
      if (isChanged) return { kind: 'redrawn', message: stored };
      return { kind: stored.revision === drawing.revision ? 'same' : 'stale', message: stored };
    },
    find: (id) => byId.get(id) ?? null,
    of: (handle) => byHandle.all(handle),
    old: ({ sentUntilMs, behind, limit }) =>
      oldest.all({ sentUntilMs, limit, behindMs: behind.sentAtMs, behindId: behind.id }),
    remove: (ids) => remove.run(JSON.stringify(ids)).changes,
    close: () => void database.close(),
  };
}

/** A pending card has a token in it, so the file is its owner's alone; SQLite gives `-wal` and `-shm` the same mode. */
function makeFile(file: string): void {
  closeSync(openSync(file, 'a', OWNER_ONLY));
  chmodSync(file, OWNER_ONLY);
}
