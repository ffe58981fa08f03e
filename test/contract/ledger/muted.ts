/** What the promises about mutes share. */
import type { Ledger, MuteRecord } from '../../../src/contract/ledger.js';
import { lying, type Lie } from './case.js';
import { ANA, opened } from './inputs.js';

type MuteInput = Omit<Parameters<Ledger['mutes']['mute']>[0], 'replayKey' | 'by'>;

export async function mutedOn(ledger: Ledger, input: MuteInput, by: string = ANA): Promise<readonly MuteRecord[]> {
  const answer = await ledger.mutes.mute({ ...input, by, replayKey: null }, { ...opened, what: 'muted_site' });
  if ('kind' in answer) throw new Error('a call without a replay key is never repeated');
  return answer;
}

export function unmute(ledger: Ledger, input: Pick<MuteInput, 'sites' | 'address'>) {
  return ledger.mutes.unmute({ ...input, replayKey: null }, { ...opened, what: 'unmuted_site' });
}

/** Mutes with an input bent by `bend`. */
export function mutes(
  bend: (input: Parameters<Ledger['mutes']['mute']>[0]) => Parameters<Ledger['mutes']['mute']>[0],
): Lie {
  return (honest) => lying(honest, { mutes: { mute: (input, audit) => honest.mutes.mute(bend(input), audit) } });
}
