import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename } from 'node:path';

import { z } from 'zod';

/** Which process of which machine. */
export const processIdentity = z.object({
  host: z.string(),
  pid: z.int().min(1),
  /** Where the pid counts: the machine since it was started, and the container. */
  place: z.string(),
  /** When it began, as its system tells; a later process may get the same pid. */
  began: z.string().optional(),
  command: z.string(),
});

export type ProcessIdentity = z.output<typeof processIdentity>;

/** This process. */
export function thisProcess(): ProcessIdentity {
  const { pid } = process;
  return { host: hostname(), pid, place: place(), began: stateOf(pid)?.began, command: command() };
}

/** A process in words, without what would move a terminal's cursor. */
export function describeProcess({ host, pid, command: words }: ProcessIdentity): string {
  return `process ${pid} on ${host} (${words})`.replaceAll(/\p{Cc}/gu, '?');
}

/** Whether a process of this place is there still; undefined for one of another machine or container, which cannot be seen from here. */
export function isRunning({ place: its, pid, began }: ProcessIdentity): boolean | undefined {
  if (its !== place()) return undefined;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // One of another user may not be sent even nothing.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  const state = stateOf(pid);
  if (state === undefined) return true;
  return !state.ended && (began === undefined || began === state.began);
}

function place(): string {
  if (process.platform !== 'linux') return hostname();
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

/** When a process began, and whether it has ended and nobody has asked how yet; undefined where the system does not tell. */
function stateOf(pid: number): { readonly began: string; readonly ended: boolean } | undefined {
  try {
    if (process.platform === 'linux') {
      // pid (name, with any characters) state … and what began is the 20th after the name.
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
      return { began: fields[19], ended: 'ZX'.includes(fields[0]) };
    }
    if (process.platform === 'win32') return undefined;
    const options = { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' }, stdio: 'pipe' } as const;
    const said = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], options).trim();
    return { began: said.split(/\s+/).slice(1).join(' '), ended: said.startsWith('Z') };
  } catch {
    return undefined;
  }
}

function command(): string {
  const [, script = 'node', ...words] = process.argv;
  const name = /[\\/]main\.[jt]s$/.test(script) ? 'dppo' : basename(script);
  return [name, ...words].join(' ').slice(0, 200);
}
