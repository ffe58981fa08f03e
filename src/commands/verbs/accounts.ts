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
import { inPages, type List } from '../paging.js';
import { PAGE } from '../parameters.js';
import { isoTime } from '../request-data.js';
import { defineVerb } from '../verb.js';

export const accountsVerb = defineVerb({
  name: 'accounts',
  summary: 'list the chat accounts that were bound by link: yours, or an approver’s',
  parameters: {
    approver: { kind: 'word', isRequired: false, isFor: 'operators', help: 'only those of this approver' },
    page: PAGE,
  },
  examples: [{}, { approver: 'rpm@koder.dev' }],
  async run({ approver, page }, { desk, directory, acting: { actor, surface } }) {
    const ofWhom = approver === undefined ? {} : { approver: approver as ApproverId };
    return drawn(await desk.accounts({ actor, ...ofWhom }), {
      seen: (bound) => inPages(accountList(bound, directory()), { verb: 'accounts', args: ofWhom, page, surface }),
      unknown: () => failed('unknown_approver', `No approver is called “${approver ?? ''}”.`),
    });
  },
});

export const unlinkVerb = defineVerb({
  name: 'unlink',
  summary: 'undo what link did: for this chat account, or (operators alone) for the one that is named',
  parameters: {
    account: { kind: 'word', isRequired: 'operators', isFor: 'operators', help: 'as accounts names it' },
    approver: {
      kind: 'word',
      isRequired: false,
      isFor: 'operators',
      help: 'only from this approver, where several share it',
    },
  },
  examples: [{ account: 'slack:T024BE7LD:U061F7AUR' }],
  async run({ account, approver }, { desk, acting }) {
    const input = {
      ...(account === undefined ? {} : { account }),
      ...(approver === undefined ? {} : { approver: approver as ApproverId }),
    };
    return unlinkInWords(await desk.unlink({ ...acting, ...input }), account);
  },
});

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
