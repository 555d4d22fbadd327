import { readdirSync } from 'node:fs';

import { z } from 'zod';

const rooms = new URL('../src/', import.meta.url);

/** The options of all commands that have some, by the names that they are exported under. */
export const allOptions: Readonly<Record<string, z.ZodObject>> = Object.fromEntries(
  (await Promise.all(readdirSync(rooms, { recursive: true, encoding: 'utf8' }).map(optionsIn))).flat(),
);

async function optionsIn(file: string): Promise<[name: string, schema: z.ZodObject][]> {
  if (!file.endsWith('-options.ts')) return [];
  const exported: Readonly<Record<string, unknown>> = await import(new URL(file, rooms).href);
  return Object.entries(exported).flatMap(([name, value]) =>
    value instanceof z.ZodObject ? [[name, value]] : [],
  );
}
