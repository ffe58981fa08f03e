/** One mailbox of the Graph fake: drafts, what was sent, what came in, and the change log that delta answers are cut from. */
import { randomBytes } from 'node:crypto';
import { readMail, type ReadMail } from './read-mail.js';

export type Folder = 'drafts' | 'outbox' | 'sentitems' | 'inbox' | 'deleteditems';

export interface Item {
  /** Kept when the item moves; the other id is not. */
  readonly immutableId: string;
  id: string;
  folder: Folder;
  isDraft: boolean;
  readonly internetMessageId: string;
  readonly itemClass: string;
  readonly raw: Buffer;
  readonly mail: ReadMail;
  createdMs: number;
  modifiedMs: number;
  /** Of its place in the change log. */
  changed: number;
  submissions: number;
}

export interface FakeMailbox {
  readonly address: string;
  readonly items: Item[];
  /** Whole mails that left it, in order; one that was sent twice is there twice. */
  readonly left: Buffer[];
  add(item: { raw: Buffer; folder: Folder; isDraft: boolean; itemClass?: string }): Promise<Item>;
  find(id: string): Item | undefined;
  move(item: Item, folder: Folder): void;
  remove(item: Item): void;
  /** Items of the inbox that changed after this place in the log, and where the log ends. */
  changesAfter(
    place: number,
    pageSize: number,
  ): { readonly items: readonly Item[]; readonly at: number; readonly isLast: boolean };
}

export function fakeMailbox(address: string): FakeMailbox {
  const items: Item[] = [];
  let log = 0;
  const touched = (item: Item): void => {
    item.changed = log += 1;
    item.modifiedMs = Date.now();
  };
  return {
    address,
    items,
    left: [],
    async add({ raw, folder, isDraft, itemClass = 'IPM.Note' }) {
      const mail = await readMail(raw);
      const item: Item = {
        immutableId: `AAkALg${randomBytes(30).toString('base64url')}=`,
        id: idIn(folder),
        folder,
        isDraft,
        internetMessageId: mail.messageId || `<${randomBytes(12).toString('hex')}@exchange.invalid>`,
        itemClass,
        raw,
        mail,
        createdMs: Date.now(),
        modifiedMs: 0,
        changed: 0,
        submissions: 0,
      };
      touched(item);
      items.push(item);
      return item;
    },
    find: (id) => items.find((item) => item.immutableId === id || item.id === id),
    move(item, folder) {
      item.folder = folder;
      item.isDraft = folder === 'drafts' || folder === 'outbox';
      item.id = idIn(folder);
      touched(item);
    },
    remove(item) {
      items.splice(items.indexOf(item), 1);
    },
    changesAfter(place, pageSize) {
      const all = items
        .filter((item) => item.folder === 'inbox' && item.changed > place)
        .sort((one, other) => one.changed - other.changed);
      const page = all.slice(0, pageSize);
      const isLast = page.length === all.length;
      return { items: page, at: isLast ? log : (page.at(-1)?.changed ?? log), isLast };
    },
  };
}

function idIn(folder: Folder): string {
  return `AAMkAD${folder}${randomBytes(18).toString('base64url')}`;
}

/** What Exchange writes back when a mail cannot be delivered (RFC 3464), as it stands in the inbox of the mailbox that sent it. */
export function notDelivered(original: Buffer, input: { to: string; status: string; isWithHeaders?: boolean }): Buffer {
  const header = original.toString('utf8').split(/\r?\n\r?\n/)[0] ?? '';
  const messageId = /^message-id:\s*(\S+)/im.exec(header)?.[1] ?? '';
  const attached =
    input.isWithHeaders === false ? [] : ['--b', 'Content-Type: message/rfc822', '', header, '', 'the text', ''];
  return Buffer.from(
    [
      'From: postmaster@contoso.example',
      `To: ${/^from:\s*(.*)$/im.exec(header)?.[1] ?? ''}`,
      'Subject: Undeliverable: something else altogether',
      `Message-ID: <${randomBytes(8).toString('hex')}@contoso.example>`,
      `In-Reply-To: ${messageId}`,
      'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      'Your message could not be delivered.',
      '--b',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; contoso.example',
      '',
      `Final-Recipient: rfc822; ${input.to}`,
      'Action: failed',
      `Status: ${input.status}`,
      '',
      ...attached,
      '--b--',
      '',
    ].join('\r\n'),
  );
}
