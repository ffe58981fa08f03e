/** `accounts` and `unlink`: lists the chat accounts that approvers bound by `link`, and unbinds them. */
import { actorName } from '../../approval/authority.js';
import type { ApproverId } from '../../approval/brand.js';
import { surfaceInWords } from '../../approval/card-view.js';
import { utcMinute } from '../../approval/sentences.js';
import type { Directory } from '../../approval/site.js';
import type { CommandAnswer } from '../../contract/commands.js';
import type { UnlinkAnswer } from '../../contract/desk.js';
import type { BoundAccount } from '../../contract/ledger.js';
import { drawn, failed, forbidden, ok, repeated, unavailable } from '../answers.js';
import { noChatAccount } from './identity.js';
import { badPage, inPages, pageWanted, type List } from '../paging.js';
import { isoTime } from '../request-data.js';
import type { Verb } from '../verb.js';

export const accountsVerb = {
  name: 'accounts',
  usage: 'accounts [approver]',
  summary: 'Lists the chat accounts that were bound by link: yours, or an approver’s.',
  example: 'accounts',
  async run({ words, desk, directory, call }) {
    const wanted = pageWanted(words);
    if (wanted.kind === 'bad') return badPage(wanted.text);
    const [name, ...rest] = wanted.words;
    if (rest.length > 0) return null;
    const line = name === undefined ? 'accounts' : `accounts ${name}`;
    const ofWhom = name === undefined ? {} : { approver: name as ApproverId };
    return drawn(await desk.accounts({ actor: call.actor, ...ofWhom }), {
      seen: (bound) => inPages(accountList(bound, directory()), { call, line, page: wanted.page }),
      unknown: () => failed('unknown_approver', `No approver is called “${name ?? ''}”.`),
    });
  },
} as const satisfies Verb;

export const unlinkVerb = {
  name: 'unlink',
  usage: 'unlink [account] [approver]',
  summary: 'Undoes what link did: for this chat account, or (operators alone) for the one that is named.',
  example: 'unlink slack:T024BE7LD:U061F7AUR',
  async run({ words, desk, call }) {
    const [account, approver, ...rest] = words;
    if (rest.length > 0) return null;
    const { actor, surface, tapId } = call;
    const wish = {
      ...(account === undefined ? {} : { account }),
      ...(approver === undefined ? {} : { approver: approver as ApproverId }),
    };
    return unlinkInWords(await desk.unlink({ actor, surface, tapId, ...wish }), account);
  },
} as const satisfies Verb;

function accountList(bound: readonly BoundAccount[], { approvers }: Directory): List {
  return {
    title: 'Bound by link',
    columns: ['account', 'over', 'decides as', 'since'],
    rows: bound.map((one) => [
      actorName({ kind: 'chat', ...one }),
      surfaceInWords(one.channel),
      approvers.has(one.approver) ? one.approver : `${one.approver}, who is not in sites.toml: for nobody`,
      utcMinute(one.linkedAtMs),
    ]),
    empty: 'No chat account is bound by link.',
    data: bound.map(({ linkedAtMs, ...one }) => ({
      account: actorName({ kind: 'chat', ...one }),
      ...one,
      isKnown: approvers.has(one.approver),
      linkedAt: isoTime(linkedAtMs),
    })),
  };
}

function unlinkInWords(answer: UnlinkAnswer, account: string | undefined): CommandAnswer {
  const subject = account ?? 'this account';
  switch (answer.kind) {
    case 'unlinked':
      return ok([`Unlinked. What link did for ${subject} is undone; what sites.toml says stays.`], { unlinked: true });
    case 'repeated':
      return repeated();
    case 'not_linked':
      return failed('not_linked', notLinked(account));
    case 'no_chat_account':
      return noChatAccount();
    case 'forbidden':
      return forbidden(answer.why);
    case 'unavailable':
      return unavailable();
  }
}

/** Points to the list, from which an operator can copy the account's name. */
function notLinked(account: string | undefined): string {
  if (account === undefined) return 'This account was not bound by link.';
  return `“${account}” is not bound by link. Type accounts to see those that are, and how they are written.`;
}
