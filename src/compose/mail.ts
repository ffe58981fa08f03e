/** Mail records in this process: of the environment, of `sites.toml` and of the database, and what operators do about them. */
import type { Config } from '../config/config.js';
import { ownChannels, type ChannelEntry } from '../contract/channel.js';
import type { Ledger } from '../contract/ledger.js';
import type { Log } from '../base/process/log.js';
import type { MailRecords, MailSource } from '../contract/mail-records.js';
import type { MailRouting } from '../contract/mail-routing.js';
import type { MailProbe, OperatorsMail } from '../contract/operators-mail.js';
import type { ChannelName } from '../approval/brand.js';
import type { Events } from '../events/events.js';
import { createMailRecords, type LiveMailRecords } from '../mail/records/mail-records.js';
import { createOperatorsMail } from '../mail/records/operators-mail.js';
import { createMailRouting } from '../mail/routing.js';
import { keyRing } from '../mail/secrets/key-ring.js';
import type { KeyRing } from '../mail/secrets/sealed-secret.js';
import { UNUSED } from './doctor/mail-checks.js';
import type { LiveState } from './live-state.js';
import type { OpenChannels } from './open-channels.js';
import { resumingProbe } from './resuming-probe.js';
import type { ServeDeps } from './serve-deps.js';

export interface MailSide {
  readonly ring: KeyRing;
  readonly records: LiveMailRecords;
  readonly routing: MailRouting;
  /** With what operators do about them: a mail is tried over the channels that are open here. */
  over(
    opened: OpenChannels,
    events: Events,
  ): Pick<MailSide, 'ring' | 'records' | 'routing'> & { readonly operators: OperatorsMail };
}

export function openMailSide(
  config: Config,
  {
    ledger,
    state,
    deps: { channels, clock, random, log },
  }: {
    readonly ledger: Ledger;
    readonly state: Pick<LiveState, 'directory' | 'declaredMail'>;
    readonly deps: ServeDeps;
  },
): MailSide {
  const ring = keyRing(config.keys);
  const ofEnvironment = ownChannels(channels).flatMap((entry) => sourceOf(entry, config));
  const sources = (): readonly MailSource[] => [...ofEnvironment, ...[state.declaredMail() ?? []].flat()];
  const records = createMailRecords({ ledger, ring, sources, clock, log });
  const acting = { ledger, ring, sources, directory: state.directory, random, clock };
  const of = { ring, records, routing: createMailRouting(records) };
  return {
    ...of,
    over(opened, events) {
      const found = probeIn(opened);
      const probe = found && resumingProbe(found.probe, { ...found, ledger, records, events });
      return { ...of, operators: createOperatorsMail({ ...acting, probe }) };
    },
  };
}

/** Where no channel sends mail: stored providers would wait for one, and nobody would know why. */
export async function tellOfUnused(records: Pick<MailRecords, 'providers'>, log: Log): Promise<void> {
  const providers = await records.providers().catch(() => []);
  if (providers.some(({ origin }) => origin === 'stored')) log.warn(UNUSED.problem, { cure: UNUSED.cure });
}

/** Null: no channel of this process sends mail. */
function probeIn(opened: OpenChannels): { readonly transport: ChannelName; readonly probe: MailProbe } | null {
  const found = [...opened].flatMap(([transport, { mailProbe: probe }]) =>
    probe === undefined ? [] : [{ transport, probe }],
  );
  return found[0] ?? null;
}

function sourceOf(entry: ChannelEntry, { channels }: Config): readonly MailSource[] {
  const own: unknown = channels.get(entry.name as ChannelName);
  return own === undefined ? [] : [entry.mailSource?.(own) ?? []].flat();
}
