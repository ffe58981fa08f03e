/** Commands as people read and type them: `approve 4k2m for 8h`. */
import type { CommandArgs } from '../contract/commands.js';
import type { Declaration, Parameter } from './declaration.js';

/** `approve <id> [for 8h]`. How to turn pages, a list says itself. */
export function usageOf({ name, parameters }: Pick<Declaration, 'name' | 'parameters'>): string {
  const words = Object.entries(parameters)
    .filter(([, { kind, insteadOf }]) => kind !== 'page' && insteadOf === undefined)
    .map(([key, parameter]) => {
      const others = Object.entries(parameters).filter(([, { insteadOf }]) => insteadOf === key);
      const either = [[key, parameter] as const, ...others].map(([one, its]) => shownAs(one, its)).join('|');
      return parameter.isRequired === true ? `<${either}>` : `[${either}]`;
    });
  return [name, ...words].join(' ');
}

function shownAs(name: string, { shown, isNamed }: Parameter): string {
  return isNamed === true ? `${name} ${shown ?? '…'}` : (shown ?? name);
}

/** `approve 4k2m for 8h`, without `/gate`; a surface may write what is named in its own way. */
export function typedLine(
  { name, parameters }: Pick<Declaration, 'name' | 'parameters'>,
  args: CommandArgs,
  named = (key: string, value: string) => `${key} ${value}`,
): string {
  const words = Object.entries(parameters).flatMap(([key, { isNamed }]) => {
    const value = args[key];
    if (value === undefined) return [];
    return isNamed === true ? [named(key, value)] : [value];
  });
  return [name, ...words].join(' ');
}

/** `List what waits.`, from how a summary or a help is declared: `list what waits`. */
export function asSentence(declared: string): string {
  return `${capitalized(declared)}.`;
}

export function capitalized(declared: string): string {
  return `${declared.slice(0, 1).toUpperCase()}${declared.slice(1)}`;
}
