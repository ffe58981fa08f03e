/** Puts a setting's words beside its schema, so that neither the page nor an error message says them a second time. */
import { z } from 'zod';
import type { Setting } from '../contract/setting.js';

const settings = z.registry<Setting>();

/** The same schema with its words; a copy, since one schema (a port, say) serves several settings. */
export function described<S extends z.ZodType>(schema: S, setting: Setting): S {
  const copy = schema.clone();
  settings.add(copy, setting);
  return copy;
}

/** Undefined for a table within a table, which has settings of its own. */
function settingOf(schema: z.core.$ZodType | undefined): Setting | undefined {
  return schema === undefined ? undefined : settings.get(schema);
}

/** Every key that has words, in the order of the shape. */
export function settingsOf(shape: z.ZodRawShape): Readonly<Record<string, Setting>> {
  return Object.fromEntries(
    Object.entries(shape).flatMap(([name, schema]) => {
      const setting = settingOf(schema);
      return setting === undefined ? [] : [[name, setting] as const];
    }),
  );
}

/** How a right value is written, for the cure of a wrong one. */
export function exampleOf(schema: z.core.$ZodType | undefined): string {
  return settingOf(schema)?.example ?? '…';
}
