/** The id of a tap that a form makes: drawn with the form, so that a button pressed twice is one tap. */
import type { Chance } from '../../base/chance.js';
import type { Form } from '../form.js';

const TAP_ID = /^[0-9a-f]{32}$/;
const TAP_ID_BYTES = 16;

export function newTapId(chance: Pick<Chance, 'hex'>): string {
  return chance.hex(TAP_ID_BYTES);
}

/** As the form names it; a new one where it names none that is well-formed. */
export function tapIdOf(form: Form, chance: Pick<Chance, 'hex'>): string {
  const named = form.get('tap') ?? '';
  return TAP_ID.test(named) ? named : newTapId(chance);
}
