/**
 * Accounts: whom a session belongs to. An account may be an approver, an operator, both or neither: it says who somebody is, and
 * what they may do is judged where they do it. Approvers of sites.toml are accounts by their handle; whoever else signs in has an
 * account with an id that we gave, and no rights.
 */
import type { AccountId, ApproverId, ChannelName } from '../../approval/brand.js';
import { sameMailbox, typedMailbox } from '../../base/net/mailbox.js';
import type { Approver, Directory } from '../../approval/site.js';
import type { KeptAccount } from '../../contract/account-ledger.js';

export interface Account {
  readonly id: AccountId;
  /** How people know them. */
  readonly name: string;
  /** Null: decides for no site. */
  readonly approver: ApproverId | null;
  readonly isOperator: boolean;
}

export interface Accounts {
  /**
   * Null: nobody has this id now, so that its sessions and links are over. `kept`: what is kept of it beside sites.toml; absent
   * where only approvers are looked for.
   */
  find(id: AccountId, kept?: KeptAccount | null): Account | null;
  /** Whose mailbox this is, however it is spelled; null: no approver's and no operator's. Nobody shares one. */
  at(mailbox: string): Account | null;
  /** Where mail reaches them; null: nowhere. */
  mailboxOf(id: AccountId): string | null;
}

/** By the `sites.toml` of this moment: whoever left it is nobody from then on. `mail`: the channel whose addresses are mailboxes. */
export function accountsOf(directory: () => Directory, mail: ChannelName | null): Accounts {
  const written = ({ addresses }: Approver): string | undefined => (mail === null ? undefined : addresses.get(mail));
  /** A handle that is an address is one where nobody else has that address: a mail proves who reads it, and nobody else. */
  const mailboxOf = (approver: Approver): string | null => {
    const own = written(approver);
    const handle = own === undefined ? typedMailbox(approver.id) : null;
    if (handle === null) return own ?? null;
    const isAnothers = [...directory().approvers.values()].some(
      (other) => sameMailbox(written(other) ?? '') === handle,
    );
    return isAnothers ? null : approver.id;
  };
  const isOperator = (id: string): boolean => directory().operators.has(id as AccountId);
  const accountOf = ({ id }: Approver): Account => ({ id, name: id, approver: id, isOperator: isOperator(id) });
  /** Null: this operator is an approver, or is none. */
  const operatorAt = (id: string): Account | null =>
    isOperator(id) && !directory().approvers.has(id as ApproverId)
      ? { id: id as AccountId, name: id, approver: null, isOperator: true }
      : null;
  return {
    find(id, kept = null) {
      if (kept?.state === 'disabled') return null;
      const approver = directory().approvers.get(id as ApproverId);
      if (approver !== undefined) return accountOf(approver);
      const operator = operatorAt(id);
      if (operator !== null) return operator;
      const name = kept?.name ?? null;
      return name === null ? null : { id, name, approver: null, isOperator: false };
    },
    at(mailbox) {
      const wanted = sameMailbox(mailbox);
      for (const approver of directory().approvers.values())
        if (sameMailbox(mailboxOf(approver) ?? '') === wanted) return accountOf(approver);
      return operatorAt(wanted);
    },
    mailboxOf(id) {
      const approver = directory().approvers.get(id as ApproverId);
      return approver === undefined ? (operatorAt(id)?.id ?? null) : mailboxOf(approver);
    },
  };
}
