import { readFileSync } from 'node:fs';

/** Resident memory of a process as Linux says it, megabytes. */
export function residentMegabytes(pid: number | undefined): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1000;
}
