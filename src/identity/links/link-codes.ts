/** Codes of `/gate link`, as a signed-in approver types them on our page. Whose account one would bind is asked; `Desk.link` binds. */
import { normalLinkCode } from '../../approval/link-code.js';
import { sha256Hex } from '../../base/crypto/digest.js';
import type { ChatAccount, IdentityLedger } from '../../contract/identity-ledger.js';

export interface LinkCodes {
  /** Whose account the code would bind, however it is typed; changes nothing. */
  peek(typed: string): Promise<ChatAccount | null>;
}

export function createLinkCodes(ledger: Pick<IdentityLedger, 'peekLinkCode'>): LinkCodes {
  return {
    async peek(typed) {
      const code = normalLinkCode(typed);
      return code === null ? null : ledger.peekLinkCode(sha256Hex(code));
    },
  };
}
