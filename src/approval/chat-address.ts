/** An approver's address on a chat: `T024BE7LD:U061F7AUR` names the workspace and the member; without a colon, the member. */

export interface ChatAddress {
  /** Null: the address matches the member in every workspace. */
  readonly workspace: string | null;
  readonly subject: string;
}

/** Split at the first colon: a workspace's id never contains one. */
export function chatAddress(address: string): ChatAddress {
  const at = address.indexOf(':');
  if (at === -1) return { workspace: null, subject: address };
  return { workspace: address.slice(0, at), subject: address.slice(at + 1) };
}
