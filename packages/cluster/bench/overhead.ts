import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { overClient, overCluster, overTcp } from './contenders.ts';

// What is built, or with --conditions=@dppo/source what is there.
const [rounds = '50', workers = '2', tasks = '16'] = process.argv.slice(2);
const [R, W] = [rounds, workers].map(Number);
const contenders = [await overCluster(W, Number(tasks)), await overClient(W), await overTcp(W)];
const [cluster] = contenders;
const tick = 1000 / Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** ms of processor time of all processes of a contender, this one included, up to now. */
function processor(pids: readonly number[]): number {
  const { user, system } = process.cpuUsage();
  const others = pids.map((pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return tick * (Number(fields[11]) + Number(fields[12]));
  });
  return others.reduce((sum, each) => sum + each, (user + system) / 1000);
}

function residentMegabytes(pid: number): string {
  return (Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024).toFixed(0);
}

const measured = contenders.map((contender) => ({ contender, times: Array<number>(), used: 0 }));
const memory: string[] = [];
for (let i = 0; i < R; i++) {
  for (const one of measured) {
    const pids = one.contender.pids();
    const before = processor(pids);
    const began = performance.now();
    await one.contender.round();
    one.times.push(performance.now() - began);
    one.used += processor(pids) - before;
  }
  if (i % 10 !== 9 && i !== 0) continue;
  const [worker, server] = [cluster.pids()[0], cluster.pids().at(-1) ?? 0];
  memory.push(`| ${i + 1} | ${[process.pid, worker, server].map(residentMegabytes).join(' | ')} |`);
}
process.stdout.write(
  `${R} rounds, ${W} workers, ${tasks} tasks\n| way | least ms | median ms | processor ms |\n`,
);
for (const { contender, times, used } of measured) {
  const sorted = times.toSorted((a, b) => a - b);
  const cells = [sorted[0], sorted[R >> 1], used / R].map((each) => each.toFixed(0));
  process.stdout.write(`| ${contender.name} | ${cells.join(' | ')} |\n`);
}
process.stdout.write(`| round | learner MB | worker MB | server MB |\n${memory.join('\n')}\n`);
for (const pid of contenders.flatMap(({ pids }) => pids())) process.kill(pid, 'SIGKILL');
process.exit(0);
