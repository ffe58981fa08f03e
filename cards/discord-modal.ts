/** The form that a tap on Deny opens. Pure, and drawn from the token alone: it has to be the first answer to the tap. */
import type { Token } from '../src/approval/brand.js';
import { MAX_REASON_CODE_POINTS } from '../src/approval/request.js';
import { customId } from './discord-custom-id.js';
import { COMPONENT, type Modal } from './discord-schema.js';

export const DENY_FORM = { reason: 'reason', readers: 'readers', shared: 'shared', kept: 'kept' } as const;

export function denyModal(token: Token): Modal {
  return {
    custom_id: customId({ verb: 'deny_because', token }),
    title: 'Deny access',
    components: [
      {
        type: COMPONENT.label,
        label: 'Reason',
        description: 'If you like. It is kept with the decision, and approvers read it on the card.',
        component: {
          type: COMPONENT.input,
          custom_id: DENY_FORM.reason,
          style: 2,
          required: false,
          max_length: MAX_REASON_CODE_POINTS,
        },
      },
      {
        type: COMPONENT.label,
        label: 'Who else reads the reason?',
        component: {
          type: COMPONENT.select,
          custom_id: DENY_FORM.readers,
          options: [
            { label: 'Nobody: keep it private', value: DENY_FORM.kept, default: true },
            { label: 'Tell the visitor, too', value: DENY_FORM.shared },
          ],
        },
      },
    ],
  };
}
