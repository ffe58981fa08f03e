/** Whether approving works, in one sentence, made of what each channel did last. Pure. */
import type { Part } from '../../../../contract/admin.js';
import type { TransportPause } from '../../../../contract/ledger.js';
import type { DeliveriesStanding } from '../../../../contract/look-ledger.js';

export interface ChannelHealth {
  readonly name: string;
  /** `idle`: nothing was sent lately, so that nobody knows. `trouble`: what was last tried did not work. */
  readonly state: 'works' | 'trouble' | 'paused' | 'idle';
  readonly sentAtMs: number | null;
  /** Of the trouble or the pause. */
  readonly reason: string | null;
  /** The operator who paused it; null where its provider refuses us, or where it is not paused. */
  readonly pausedBy: string | null;
  readonly pausedAtMs: number | null;
  /** Of the mail records, and refuses us. */
  readonly provider: string | null;
  readonly waiting: number;
  readonly oldestAgeMs: number;
}

export interface Health {
  readonly tone: 'good' | 'bad' | 'calm';
  readonly sentence: string;
  readonly channels: readonly ChannelHealth[];
  /** Why a part of this process is not ready. */
  readonly partsDown: readonly Part[];
}

interface Facts {
  readonly deliveries: DeliveriesStanding;
  readonly pauses: readonly TransportPause[];
  readonly parts: readonly Part[];
  readonly transports: readonly string[];
}

export function healthOf(facts: Facts): Health {
  const { deliveries, pauses, parts, transports } = facts;
  const seen = [...deliveries.last, ...deliveries.waiting, ...pauses].map(({ transport }) => String(transport));
  const names = [...new Set([...transports, ...seen])].sort();
  const channels = names.map((name) => channelHealth(name, facts));
  const partsDown = parts.filter(({ isReady }) => !isReady);
  return { ...verdict(channels, partsDown), channels, partsDown };
}

function channelHealth(name: string, { deliveries, pauses }: Facts): ChannelHealth {
  const pause = pauses.find(({ transport }) => transport === name);
  const last = deliveries.last.find(({ transport }) => transport === name);
  const waiting = deliveries.waiting.filter(({ transport }) => transport === name);
  const { sentAtMs = null, troubleAtMs = null, troubleReason = null } = last ?? {};
  const isTrouble = troubleAtMs !== null && troubleAtMs > (sentAtMs ?? 0);
  return {
    name,
    state: pause !== undefined ? 'paused' : isTrouble ? 'trouble' : sentAtMs === null ? 'idle' : 'works',
    sentAtMs,
    reason: pause?.reason ?? (isTrouble ? troubleReason : null),
    pausedBy: pause?.pausedBy ?? null,
    pausedAtMs: pause?.sinceMs ?? null,
    provider: pause?.provider ?? null,
    waiting: waiting.reduce((sum, { count }) => sum + count, 0),
    oldestAgeMs: Math.max(0, ...waiting.map(({ oldestAgeMs }) => oldestAgeMs)),
  };
}

function verdict(channels: readonly ChannelHealth[], partsDown: readonly Part[]): Pick<Health, 'tone' | 'sentence'> {
  const bad = channels.filter(({ state }) => state === 'paused' || state === 'trouble');
  const works = channels.filter(({ state }) => state === 'works');
  const [down] = partsDown;
  if (down !== undefined) return { tone: 'bad', sentence: `Approving may not work: ${down.name} is not ready.` };
  if (bad.length > 0 && bad.length === channels.length)
    return {
      tone: 'bad',
      sentence: `Approving does not work: ${inWords(bad)} ${bad.length === 1 ? 'takes' : 'take'} no cards.`,
    };
  if (bad.length > 0) return { tone: 'bad', sentence: `Approving works, but not over ${inWords(bad)}.` };
  if (works.length === 0)
    return { tone: 'calm', sentence: 'Nothing was sent lately: a drill tells whether approving works.' };
  return { tone: 'good', sentence: `Approving works: cards reach approvers over ${inWords(works)}.` };
}

function inWords(channels: readonly ChannelHealth[]): string {
  const names = channels.map(({ name }) => name);
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}
