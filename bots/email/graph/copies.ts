/** Whether a mail that Graph accepted has been sent: then its copy is in the Sent Items of the mailbox that it went from. */
import { fieldsOf, isFields } from '../../../src/base/text/fields.js';
import type { MailWatch } from '../transport.js';
import { jsonOf, type GraphAnswer, type GraphApi } from './api.js';
import { isItemId } from './look-up.js';

type Told = Awaited<ReturnType<MailWatch['wasSent']>>;

/** `isKept`: a copy stays; otherwise it is taken out once it was found, because it is by the copy that we see that a mail was sent. */
export function createCopies(api: GraphApi, { isKept }: { readonly isKept: boolean }): Pick<MailWatch, 'wasSent'> {
  /** The id of the folder, by mailbox: it never changes. */
  const sentItems = new Map<string, string>();

  async function folderOf(mailbox: string, signal: AbortSignal): Promise<string | null> {
    const known = sentItems.get(mailbox);
    if (known !== undefined) return known;
    const path = `/users/${encodeURIComponent(mailbox)}/mailFolders/sentitems?$select=id`;
    const answer = await api.call({ method: 'GET', path, signal });
    const { id } = answer.kind === 'ok' ? fieldsOf(jsonOf(answer)) : {};
    if (!isItemId(id)) return null;
    sentItems.set(mailbox, id);
    return id;
  }

  /** What may not be deleted, or is gone, does not keep a mail from being sent. */
  async function takenOut(user: string, ids: readonly string[], signal: AbortSignal): Promise<Told> {
    for (const id of ids) {
      const path = `${user}/messages/${encodeURIComponent(id)}`;
      const answer = await api.call({ method: 'DELETE', path, signal });
      if (answer.kind !== 'ok' && unanswered(answer) === 'not_yet') return 'not_yet';
    }
    return 'sent';
  }

  return {
    async wasSent({ mailbox, item, messageId }, signal) {
      if (typeof mailbox !== 'string' || typeof messageId !== 'string') return 'cannot_tell';
      const folder = await folderOf(mailbox, signal);
      const user = `/users/${encodeURIComponent(mailbox)}`;
      // without an id the mail went out by one call, and is looked for by its Message-ID
      const path = isItemId(item)
        ? `${user}/messages/${encodeURIComponent(item)}?$select=id,isDraft,parentFolderId`
        : `${user}/messages?$filter=${encodeURIComponent(`internetMessageId eq '<${messageId}>'`)}&$select=id,isDraft,parentFolderId`;
      const answer = await api.call({ method: 'GET', path, signal });
      if (answer.kind !== 'ok') return unanswered(answer);
      const copies = copiesIn(jsonOf(answer), folder);
      if (copies.length === 0) return 'not_yet';
      return isKept ? 'sent' : takenOut(user, copies, signal);
    },
  };
}

/** Their ids. */
function copiesIn(json: unknown, folder: string | null): readonly string[] {
  const { value } = fieldsOf(json);
  const found: readonly unknown[] = Array.isArray(value) ? value : [json];
  const sent = found.filter(isFields).filter((item) => item['isDraft'] === false && item['parentFolderId'] === folder);
  return sent.flatMap(({ id }) => (isItemId(id) ? [id] : []));
}

/** Deleted since, or kept from us: neither changes by asking again soon. */
function unanswered(answer: GraphAnswer): Told {
  return answer.kind === 'refused' && (answer.status === 403 || answer.status === 404) ? 'cannot_tell' : 'not_yet';
}
