/** A mail that an operator had sent and that was taken says that the provider works: what waits because it refused us goes on at once. */
import type { ChannelName } from '../approval/brand.js';
import type { Ledger } from '../contract/ledger.js';
import type { MailRecords } from '../contract/mail-records.js';
import type { MailProbe } from '../contract/operators-mail.js';
import type { Events } from '../events/events.js';

export interface ResumingProbeDeps {
  /** By what mails are carried. */
  readonly transport: ChannelName;
  readonly ledger: { readonly deliveries: Pick<Ledger['deliveries'], 'resume'> };
  readonly records: Pick<MailRecords, 'providers'>;
  readonly events: Events;
}

export function resumingProbe(probe: MailProbe, deps: ResumingProbeDeps): MailProbe {
  return {
    async test(of, signal) {
      const tried = await probe.test(of, signal);
      // signing in alone does not say that it lets us send
      const isResumed = tried.isOk && of.to !== null && (await resume(of.provider.name, deps));
      return isResumed ? { ...tried, isResumed } : tried;
    },
  };
}

/** Where it is the only provider, the whole transport was paused. What an operator paused stays so. */
async function resume(provider: string, { transport, ledger, records, events }: ResumingProbeDeps): Promise<boolean> {
  const isOfProvider = await ledger.deliveries.resume(transport, provider);
  if (isOfProvider) events.emit({ event: 'auth_gate.provider_resumed', channel: transport, provider });
  const isOnly = !isOfProvider && (await records.providers()).length === 1;
  const isOfTransport = isOnly && (await ledger.deliveries.resume(transport));
  if (isOfTransport) events.emit({ event: 'auth_gate.channel_resumed', channel: transport });
  return isOfProvider || isOfTransport;
}
