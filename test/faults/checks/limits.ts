/** The limits hold by constraint: nobody is asked more than the cap allows, and what has ended holds no place. */
import { grouped, type Check } from './evidence.js';

export const keepsTheCap: Check = ({ rows, cap }) => {
  const open = new Set(rows.requests.filter(({ outcome }) => outcome === null).map(({ id }) => id));
  const held = rows.slots.filter(({ request_id }) => request_id !== null && open.has(request_id));
  const tooMany = [...grouped(held, ({ approver }) => approver)].filter(([, slots]) => slots.length > cap);
  const stale = rows.slots.filter(({ request_id, until }) => request_id !== null && !open.has(request_id) && until > 0);
  return [
    ...tooMany.map(([approver, slots]) => `${approver} is asked by ${String(slots.length)} requests at once`),
    ...stale.map(({ approver, request_id }) => `${approver} has a place taken by ${String(request_id)}, which is over`),
  ];
};
