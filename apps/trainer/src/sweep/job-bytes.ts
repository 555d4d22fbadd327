import { type JsonBudget, parseJson, unzip, zip } from '@dppo/files';
import { z } from 'zod';

import { count, counted, positive } from '../options/shared-options.ts';
import { lockName } from '../runs/folder-files.ts';
import type { JobEnd } from './job.ts';

/** Of what a sweep and its workers say to one another: another number is another version of dppo. */
const FORMAT = 1;

/** What the shared bytes of a job are: the files that it begins with, or the folder that it goes on from. */
const part = z.enum(['policy', 'normalization', 'folder']);

const asked = z.strictObject({
  format: z.literal(FORMAT),
  preset: z.string().optional(),
  set: z.array(z.string()).readonly(),
  seed: counted,
  iterations: count,
  threads: count,
  seconds: positive,
  parts: z.array(part).readonly(),
});

/** A job as a worker is asked for it. */
export type AskedJob = Readonly<Omit<z.input<typeof asked>, 'format'>>;
/** What one of its shared bytes is. */
export type JobPart = z.output<typeof part>;

const ended = z.strictObject({
  state: z.enum(['finished', 'stopped', 'failed']),
  why: z.string(),
  isOver: z.boolean(),
});

/** How far a worker has brought a job. */
export interface JobAnswer extends JobEnd {
  /** Whether nothing is left to be done, or can be. */
  readonly isOver: boolean;
  /** What the job said. */
  readonly log: Uint8Array;
  /** Its run folder. */
  readonly folder: Files;
}

/** The files of a folder by name. */
export type Files = ReadonlyMap<string, Uint8Array>;

const budget: JsonBudget = { values: 100_000, depth: 16 };
const names = { end: 'end.json', log: 'log', folder: 'folder/' };

/** A job as bytes. */
export function formatJob(job: AskedJob): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ format: FORMAT, ...job }));
}

/** @throws Error where bytes are no job, or one of another version of dppo */
export function parseJob(bytes: Uint8Array): AskedJob {
  const { format: _, ...job } = parsed(asked, bytes, 'the job of a sweep');
  return job;
}

/** A folder as bytes: equal files are equal bytes. */
export function formatFolder(files: Files): Promise<Uint8Array> {
  return zip([...files]);
}

/** @throws Error where bytes are no folder, or one with files elsewhere */
export async function parseFolder(bytes: Uint8Array): Promise<Files> {
  const files = await unzip(bytes);
  for (const name of files.keys()) checkName(name);
  return files;
}

/** What became of a job, as bytes: a zip archive of its folder, its words and how it ended. */
export async function formatAnswer({ log, folder, ...end }: JobAnswer): Promise<Uint8Array> {
  const files = [...folder].map(([name, bytes]) => [names.folder + name, bytes] as const);
  return zip([[names.end, new TextEncoder().encode(JSON.stringify(end))], [names.log, log], ...files]);
}

/** @throws Error where bytes are no answer, or one of another version of dppo, or with files elsewhere */
export async function parseAnswer(bytes: Uint8Array): Promise<JobAnswer> {
  const { [names.end]: end, [names.log]: log, ...rest } = Object.fromEntries(await unzip(bytes));
  if (end === undefined || log === undefined)
    throw new Error('what a worker made of a job has no end, wanted a worker of the same version of dppo');
  const folder = new Map(
    Object.entries(rest).map(([name, file]) => [checkName(name.slice(names.folder.length)), file]),
  );
  return { ...parsed(ended, end, 'the end of a job'), log, folder };
}

/** A name that stays within a folder. */
function checkName(name: string): string {
  if (/^[\w-][\w.-]{0,254}$/.test(name) && name !== lockName) return name;
  throw new Error(`found a file ${JSON.stringify(name)}, wanted the files of a run folder`);
}

function parsed<S extends z.ZodType>(schema: S, bytes: Uint8Array, what: string): z.output<S> {
  const { success, data, error } = schema.safeParse(parseJson(new TextDecoder().decode(bytes), budget, what));
  if (success) return data;
  throw new Error(
    `${what} cannot be read here, wanted a sweep and workers of one version of dppo: ${z.prettifyError(error)}`,
  );
}
