/** Whom a request is put before: every approver on every channel where there is an address, by the directory of now. */
import type { ApproverId, ChannelName } from '../../../approval/brand.js';
import { policyOver, type Directory, type Site } from '../../../approval/site.js';
import type { DeskDeps } from '../../deps.js';
import type { Random } from '../../../base/crypto/random.js';
import type { NewDelivery, OpenRequest } from '../../../contract/ledger.js';

type Asked = OpenRequest['approvers'];

/** The common start of a request's delivery ids; it leaves each id 60 random bits of its own. */
const COMMON_CHARACTERS = 8;

/** In sorted order, so that two openings take the approvers' slots in the same order. */
export function askedBySite(
  { directory, random, peerTransport }: Pick<DeskDeps, 'directory' | 'random' | 'peerTransport'>,
  site: Site,
): Asked {
  const newId = idsSideBySide(random);
  return [...new Set(site.approvers)].sort().map((id) => ({
    id,
    deliveries: site.notifiers.flatMap((channel) => {
      const url = site.consumers.get(channel);
      if (url !== undefined) return [toConsumer({ approver: id, channel, url, newId }, peerTransport)];
      const { room } = policyOver(site, channel);
      if (room !== null) return [toRoom({ channel, room, newId })];
      return toApprover(directory(), { approver: id, channel, newId });
    }),
  }));
}

/** A producer's request goes to one approver; a consumer at a site's `url` is not told, as it may be the producer itself. */
export function deliveriesTo(
  directory: Directory,
  approver: ApproverId,
  how: { readonly channels: readonly ChannelName[]; readonly random: Random },
): readonly NewDelivery[] {
  const newId = idsSideBySide(how.random);
  return [...new Set(how.channels)].flatMap((channel) => toApprover(directory, { approver, channel, newId }));
}

/** Gives the deliveries of one request ids with a common start, so that they lie side by side in the ledger's indexes. */
export function idsSideBySide(random: Random): () => string {
  let common: string | null = null;
  return () => {
    const id = random.id();
    common ??= id.slice(0, COMMON_CHARACTERS);
    return common + id.slice(COMMON_CHARACTERS);
  };
}

/** Every approver asks for the room's card, so that it is sent even if some are at the cap; the ledger keeps only one of them. */
function toRoom({ channel, room, newId }: Pick<Way, 'channel' | 'newId'> & { readonly room: string }): NewDelivery {
  return { id: newId(), channel, transport: channel, recipient: { kind: 'room', address: room } };
}

interface Way {
  readonly approver: ApproverId;
  readonly channel: ChannelName;
  readonly newId: () => string;
}

function toApprover(directory: Directory, way: Way): NewDelivery[] {
  const address = directory.approvers.get(way.approver)?.addresses.get(way.channel);
  if (address === undefined) return [];
  const recipient = { kind: 'approver', approver: way.approver, address } as const;
  return [{ id: way.newId(), channel: way.channel, transport: way.channel, recipient }];
}

/** By the channel that speaks the RFC's payload (section 6.2) to a consumer at a site's `url`. */
function toConsumer(way: Way & { readonly url: string }, transport: ChannelName): NewDelivery {
  const recipient = { kind: 'consumer', approver: way.approver, url: way.url } as const;
  return { id: way.newId(), channel: way.channel, transport, recipient };
}
