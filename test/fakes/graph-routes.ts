/** What the Graph fake does with each call: the part of “Outlook mail API” that a transport uses, with its refusals. */
import { randomBytes } from 'node:crypto';
import { errorBody, type GraphStep } from './graph-faults.js';
import type { LimitKeeper } from './graph-limits.js';
import type { FakeMailbox, Folder, Item } from './graph-mailbox.js';

type Permission = 'Mail.Send' | 'Mail.ReadWrite' | 'Mail.Read';

export interface GraphState {
  readonly mailboxes: Map<string, FakeMailbox>;
  permissions: readonly Permission[];
  /** Of the application's own policy; null: every mailbox. */
  allowedMailboxes: readonly string[] | null;
  /** How long a mail looks like a draft after its 202. */
  transitMs: number;
  readonly limits: LimitKeeper;
  /** Links that were handed out, as they stand, and where in the change log they go on. */
  readonly links: Map<string, number>;
  deltaPageSize: number;
  readonly apiUrl: string;
}

export interface Asked {
  readonly method: string;
  /** Path and query behind `api_url`, as it came. */
  readonly target: string;
  readonly prefer: string;
  readonly contentType: string;
  readonly contentLength: string | undefined;
  readonly body: Buffer;
}

export interface Said {
  readonly status: number;
  readonly json?: unknown;
  readonly raw?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

const ROUTES: readonly (readonly [GraphStep, string, RegExp, readonly Permission[]])[] = [
  ['create', 'POST', /^\/users\/([^/?]+)\/messages$/, ['Mail.ReadWrite']],
  ['send', 'POST', /^\/users\/([^/?]+)\/messages\/([^/?]+)\/send$/, ['Mail.Send']],
  ['sendMail', 'POST', /^\/users\/([^/?]+)\/sendMail$/, ['Mail.Send']],
  ['delta', 'GET', /^\/users\/([^/?]+)\/mailFolders\/inbox\/messages\/delta(?:\?|$)/, ['Mail.Read', 'Mail.ReadWrite']],
  [
    'folder',
    'GET',
    /^\/users\/([^/?]+)\/mailFolders\/(sentitems|drafts|outbox)(?:\?|$)/,
    ['Mail.Read', 'Mail.ReadWrite'],
  ],
  ['value', 'GET', /^\/users\/([^/?]+)\/messages\/([^/?]+)\/\$value$/, ['Mail.Read', 'Mail.ReadWrite']],
  ['remove', 'DELETE', /^\/users\/([^/?]+)\/messages\/([^/?]+)$/, ['Mail.ReadWrite']],
  ['item', 'GET', /^\/users\/([^/?]+)\/messages\/([^/?]+)(?:\?|$)/, ['Mail.Read', 'Mail.ReadWrite']],
  ['list', 'GET', /^\/users\/([^/?]+)\/messages(?:\?|$)/, ['Mail.Read', 'Mail.ReadWrite']],
];

export function stepOf({ method, target }: Pick<Asked, 'method' | 'target'>): GraphStep | null {
  return ROUTES.find(([, wanted, pattern]) => method === wanted && pattern.test(target))?.[0] ?? null;
}

export async function carryOut(state: GraphState, asked: Asked): Promise<Said> {
  const route = ROUTES.find(([, method, pattern]) => asked.method === method && pattern.test(asked.target));
  if (route === undefined) return refused(400, 'BadRequest');
  const [step, , pattern, permissions] = route;
  const [, user = '', id = ''] = (pattern.exec(asked.target) ?? []).map((part) => decodeURIComponent(part));
  if (!permissions.some((one) => state.permissions.includes(one))) return refused(403, 'ErrorAccessDenied');
  const mailbox = state.mailboxes.get(user.toLowerCase());
  if (mailbox === undefined) return refused(404, 'ErrorInvalidUser');
  if (state.allowedMailboxes?.includes(user) === false) return refused(403, 'ErrorAccessDenied');
  switch (step) {
    case 'create':
      return create(mailbox, asked);
    case 'send':
      return send(state, { mailbox, id, asked });
    case 'sendMail':
      return sendMail(state, mailbox, asked);
    case 'delta':
      return delta(state, mailbox, asked);
    case 'folder':
      return { status: 200, json: { id: folderId(id as Folder), displayName: id } };
    case 'value':
      return withItem(mailbox, id, (item) => ({
        status: 200,
        raw: item.raw,
        headers: { 'content-type': 'text/plain' },
      }));
    case 'item':
      return withItem(mailbox, id, (item) => ({ status: 200, json: jsonOf(item, asked) }));
    case 'remove':
      return withItem(mailbox, id, (item) => {
        mailbox.remove(item);
        return { status: 204 };
      });
    case 'list':
    case 'token':
      return list(mailbox, asked);
  }
}

export function refused(status: number, code: string, headers?: Readonly<Record<string, string>>): Said {
  return {
    status,
    json: errorBody(code, { requestId: randomBytes(8).toString('hex') }),
    ...(headers ? { headers } : {}),
  };
}

function mimeIn({ contentType, body }: Asked): Buffer | null {
  const text = body.toString('latin1');
  if (!contentType.startsWith('text/plain') || !/^[A-Za-z0-9+/\r\n]+={0,2}\s*$/.test(text)) return null;
  return Buffer.from(text, 'base64');
}

async function create(mailbox: FakeMailbox, asked: Asked): Promise<Said> {
  const raw = mimeIn(asked);
  if (raw === null) return refused(400, 'ErrorMimeContentInvalidBase64String');
  const item = await mailbox.add({ raw, folder: 'drafts', isDraft: true });
  return { status: 201, json: jsonOf(item, asked) };
}

async function sendMail(state: GraphState, mailbox: FakeMailbox, asked: Asked): Promise<Said> {
  const raw = mimeIn(asked);
  if (raw === null) return refused(400, 'ErrorMimeContentInvalidBase64String');
  const item = await mailbox.add({ raw, folder: 'drafts', isDraft: true });
  const said = submit(state, mailbox, item);
  if (said.status !== 202) mailbox.remove(item);
  return said;
}

function send(state: GraphState, { mailbox, id, asked }: { mailbox: FakeMailbox; id: string; asked: Asked }): Said {
  if (asked.contentLength !== '0') return { status: 411, raw: Buffer.from('<h1>Length Required</h1>') };
  return withItem(mailbox, id, (item) => submit(state, mailbox, item));
}

/** What is submitted twice leaves twice: nothing says that Exchange would notice. */
function submit(state: GraphState, mailbox: FakeMailbox, item: Item): Said {
  const seconds = state.limits.secondsUntilFree(mailbox.address);
  if (seconds > 0) return refused(429, 'ApplicationThrottled', { 'retry-after': String(seconds) });
  item.submissions += 1;
  mailbox.left.push(item.raw);
  const leave = (): void => {
    mailbox.move(item, 'sentitems');
  };
  if (state.transitMs === 0) leave();
  else setTimeout(leave, state.transitMs).unref();
  return { status: 202 };
}

function list(mailbox: FakeMailbox, asked: Asked): Said {
  const query = new URL(asked.target, 'http://graph.invalid').searchParams;
  const wanted = /^internetMessageId eq '((?:[^']|'')*)'$/.exec(query.get('$filter') ?? '')?.[1]?.replaceAll("''", "'");
  if (wanted === undefined) return refused(400, 'ErrorInvalidUrlQueryFilter');
  const found = mailbox.items.filter((item) => item.internetMessageId === wanted);
  return { status: 200, json: { value: found.map((item) => jsonOf(item, asked)) } };
}

/** The first call begins now or at `receivedDateTime ge`; every later one is a link that was handed out, letter by letter. */
function delta(state: GraphState, mailbox: FakeMailbox, asked: Asked): Said {
  const isLink = /[?&]\$(skip|delta)token=/.test(asked.target);
  const from = isLink ? state.links.get(asked.target) : 0;
  if (from === undefined) return refused(410, 'syncStateNotFound');
  const { items, at, isLast } = mailbox.changesAfter(from, state.deltaPageSize);
  const token = `${randomBytes(9).toString('base64url')}%2b%2F_-${String(state.links.size)}`;
  const path = `/users/${encodeURIComponent(mailbox.address)}/mailFolders/inbox/messages/delta`;
  const target = `${path}?$${isLast ? 'delta' : 'skip'}token=${token}`;
  state.links.set(target, at);
  const link = { [isLast ? '@odata.deltaLink' : '@odata.nextLink']: `${state.apiUrl}${target}` };
  return { status: 200, json: { ...link, value: items.map((item) => jsonOf(item, asked, true)) } };
}

function withItem(mailbox: FakeMailbox, id: string, found: (item: Item) => Said): Said {
  const item = mailbox.find(id);
  return item === undefined ? refused(404, 'ErrorItemNotFound') : found(item);
}

function folderId(folder: Folder): string {
  return `AAMkADfolder${folder}`;
}

function jsonOf(item: Item, { prefer }: Asked, isWithClass = false): unknown {
  return {
    id: prefer.includes('IdType="ImmutableId"') ? item.immutableId : item.id,
    internetMessageId: item.internetMessageId,
    isDraft: item.isDraft,
    parentFolderId: folderId(item.folder),
    createdDateTime: new Date(item.createdMs).toISOString(),
    lastModifiedDateTime: new Date(item.modifiedMs).toISOString(),
    ...(isWithClass ? { singleValueExtendedProperties: [{ id: 'String 0x1a', value: item.itemClass }] } : {}),
  };
}
