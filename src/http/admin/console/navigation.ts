/**
 * The console's pages, in the order in which they are linked. To add a page: a line here, a file beside the others with a `route…`
 * function, and a line in `console.ts` that calls it. A page that is not built yet has no line.
 */
import type { NavigationGroup } from '../../shared/pages/navigation.js';

interface Place {
  readonly path: string;
  readonly name: string;
  /** Approvers see those of the rest, each with what concerns their own sites. */
  readonly isForOperators?: true;
}

const GROUPS: readonly { readonly name: string; readonly places: readonly Place[] }[] = [
  {
    name: 'Access',
    places: [
      { path: '/', name: 'Overview' },
      { path: '/requests', name: 'Requests' },
      { path: '/grants', name: 'Grants' },
      { path: '/sites', name: 'Sites', isForOperators: true },
    ],
  },
  {
    name: 'Delivery',
    places: [
      { path: '/queue', name: 'Queue', isForOperators: true },
      { path: '/failures', name: 'Failures', isForOperators: true },
      { path: '/mail', name: 'Mail', isForOperators: true },
      { path: '/dead-letters', name: 'Dead letters', isForOperators: true },
    ],
  },
  {
    name: 'Gate',
    places: [
      { path: '/telemetry', name: 'Telemetry', isForOperators: true },
      { path: '/audit', name: 'Audit' },
      { path: '/accounts', name: 'Accounts', isForOperators: true },
    ],
  },
];

/** `under`: the name of the page that is shown, or that it belongs to; null: it is none of them. */
export function navigationFor(isOperator: boolean, under: string | null): readonly NavigationGroup[] {
  const groups = GROUPS.map(({ name, places }) => ({
    name,
    links: places
      .filter(({ isForOperators = false }) => isOperator || !isForOperators)
      .map((place) => ({ path: place.path, name: place.name, isHere: place.name === under })),
  }));
  return groups.filter(({ links }) => links.length > 0);
}
