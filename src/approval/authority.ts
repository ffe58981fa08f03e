/**
 * Who may decide. Judged by sites.toml as it stands now, not as it stood when a card was sent. A chat user is only
 * who the platform says they are, and counts when exactly one of the approvers in question has that address there.
 */
import type { ApproverId } from './brand.js';
import { chatAddress } from './chat-address.js';
import type { Actor, BarredBecause, ChatUser, RequestRecord } from './request.js';
import type { Approver, Directory, Site } from './site.js';

export type RefusedBecause =
  | 'not_an_approver_of_this_site'
  | 'chat_user_not_linked'
  | 'chat_user_linked_to_several'
  | 'not_an_operator'
  | BarredBecause
  /** The site's policy lets this channel refuse, and not approve. */
  | 'channel_may_not_approve'
  /** The site's policy lets this channel show only a link. */
  | 'channel_may_not_decide'
  /** The site lets in by a proof of the moment, which this cannot give. */
  | 'approval_needs_proof'
  /** The site wants two factors of whoever acts, and they signed in by one. */
  | 'second_factor_wanted'
  /** Loopback, link-local, or a trusted proxy's: whoever is behind that would be let in with it. */
  | 'address_of_a_proxy'
  /** No single visitor can have it: `0.0.0.0`, `fe80::/10`, multicast, or all that a translator carries. */
  | 'address_of_nobody';

export type Authority =
  { readonly kind: 'may'; readonly who: string } | { readonly kind: 'may_not'; readonly why: RefusedBecause };

/** Whether the actor speaks for one of `approvers`, as `who`; an operator speaks for all. */
export function authority(directory: Directory, actor: Actor, approvers: readonly ApproverId[]): Authority {
  switch (actor.kind) {
    case 'operator':
      return { kind: 'may', who: `operator:${actor.name}` };
    case 'approver':
      return approvers.includes(actor.approver) && directory.approvers.has(actor.approver)
        ? { kind: 'may', who: actor.approver }
        : mayNot('not_an_approver_of_this_site');
    case 'chat':
      return chatAuthority(directory, actor, approvers);
    case 'producer':
    case 'clock':
      return mayNot('not_an_approver_of_this_site');
  }
}

/**
 * Who may decide this request now: the site's approvers. For a producer's own host, those who were asked and whom the
 * producer's table still names.
 */
export function decidersOf(
  directory: Directory,
  request: Pick<RequestRecord, 'site' | 'producer'>,
  asked: readonly ApproverId[],
): readonly ApproverId[] {
  if (request.site !== null) return directory.siteOf(request.site)?.approvers ?? [];
  const named = directory.producers.get(request.producer)?.approvers ?? [];
  return asked.filter((approver) => named.includes(approver));
}

/** The sites an actor decides for. */
export function sitesOf(directory: Directory, actor: Actor): readonly Site[] {
  return directory.sites.filter((site) => authority(directory, actor, site.approvers).kind === 'may');
}

/** Why the gate does not know this actor; null for an operator, a current approver, or a chat user with an approver's address. */
export function strangerBecause(directory: Directory, actor: Actor): RefusedBecause | null {
  const found = authority(directory, actor, [...directory.approvers.keys()]);
  // Several approvers may share an account as long as no site has two of them; `authority` judges that for each site.
  return found.kind === 'may' || found.why === 'chat_user_linked_to_several' ? null : found.why;
}

/** The actor as the audit trail names it, whether or not it may do anything. */
export function actorName(actor: Actor): string {
  switch (actor.kind) {
    case 'operator':
      return `operator:${actor.name}`;
    case 'approver':
      return actor.approver;
    case 'chat':
      return `${actor.channel}:${actor.workspace}:${actor.subject}`;
    case 'producer':
      return actor.name;
    case 'clock':
      return 'clock';
  }
}

/** The current approvers a chat account belongs to, by configuration or by `/gate link`. Says nothing of what it may do. */
export function approversBehind(directory: Directory, user: ChatUser): readonly ApproverId[] {
  return [...directory.approvers.values()].filter((approver) => isLinked(approver, user)).map(({ id }) => id);
}

function chatAuthority(directory: Directory, user: ChatUser, approvers: readonly ApproverId[]): Authority {
  if (user.barredBecause !== undefined) return mayNot(user.barredBecause);
  const linked = approversBehind(directory, user);
  const [first, second] = linked.filter((id) => approvers.includes(id));
  if (second !== undefined) return mayNot('chat_user_linked_to_several');
  if (first !== undefined) return { kind: 'may', who: first };
  return mayNot(linked.length > 0 ? 'not_an_approver_of_this_site' : 'chat_user_not_linked');
}

/** By `/gate link` or by configuration. An address with a workspace (`T024BE7LD:U061F7AUR`) matches in that workspace only. */
function isLinked(approver: Approver, user: ChatUser): boolean {
  if (user.linked?.includes(approver.id) === true) return true;
  for (const [channel, address] of approver.addresses) {
    if (channel !== user.channel) continue;
    const { workspace, subject } = chatAddress(address);
    return subject === user.subject && (workspace === null || workspace === user.workspace);
  }
  return false;
}

function mayNot(why: RefusedBecause): Authority {
  return { kind: 'may_not', why };
}
