/** The chat accounts that decide as whoever is signed in; binding and unbinding is the business of `/link`. */
import type { Random } from '../../../base/crypto/random.js';
import { html } from '../../../base/text/html.js';
import type { Desk } from '../../../contract/desk.js';
import { LedgerUnavailable } from '../../../contract/ledger-unavailable.js';
import { actorOf } from '../../shared/signed-in.js';
import { newTapId } from '../form-tap.js';
import { boundAccounts } from '../pages/bound-accounts.js';
import { LINK_PATH } from '../pages/link-page.js';
import type { AccountSection } from './section.js';

export interface ChatAccountsDeps {
  readonly desk: Pick<Desk, 'accounts'>;
  readonly random: Random;
  /** Whether some channel takes commands. Without one there is nothing to bind, and what was bound before can be unbound. */
  readonly hasChats: boolean;
}

export function chatAccounts({ desk, random, hasChats }: ChatAccountsDeps): AccountSection {
  return {
    async draw(session) {
      if (session.account.approver === null) return null;
      const seen = await desk.accounts({ actor: actorOf(session) });
      if (seen.kind === 'unavailable') throw new LedgerUnavailable('the chat accounts cannot be read');
      if (seen.kind !== 'seen' || (!hasChats && seen.value.length === 0)) return null;
      return html`${boundAccounts(session, { bound: seen.value, tapId: () => newTapId(random) })}
      ${hasChats && html`<p class="aside"><a href="${LINK_PATH}">Bind a chat account</a></p>`}`;
    },
  };
}
