/** An approver's address on a chat: `T024BE7LD:U061F7AUR` names the workspace and the member; without a colon, the member. */

export interface ChatAddress {
  /** Null: the channel's names mean the same person in every workspace. */
  readonly workspace: string | null;
  readonly subject: string;
}

/** The first colon parts them: no workspace has one. */
export function chatAddress(address: string): ChatAddress {
  const at = address.indexOf(':');
  if (at === -1) return { workspace: null, subject: address };
  return { workspace: address.slice(0, at), subject: address.slice(at + 1) };
}
