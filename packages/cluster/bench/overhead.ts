import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, type Socket, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { natsServer } from '@dppo/testing/nats-server';

import { natsCluster } from '../src/index.ts';

/** Bytes of parameters out, and of results back, of one iteration of the Hopper preset. */
const [OUT, BACK] = [2_200_000, 13_300_000];

const [rounds = '50', workers = '2', shards = '16'] = process.argv.slice(2);
const [R, W, S] = [rounds, workers, shards].map(Number);
const child = fileURLToPath(new URL('overhead-worker.ts', import.meta.url));
const start = (...words: readonly string[]) =>
  spawn(process.execPath, ['--conditions=@dppo/source', '--import', 'tsx', child, ...words], {
    stdio: 'inherit',
  });

const server = await natsServer();
const cluster = await natsCluster(server.url, { run: 'bench' });
const processes = Array.from({ length: W }, () => start('cluster', server.url));
while (cluster.workers().length < W) await new Promise((resolve) => setTimeout(resolve, 100));

const parameters = new Uint8Array(OUT);
const size = new TextEncoder().encode(String(Math.round(BACK / S)));
const memory: string[] = [];

async function iteration(i: number): Promise<number> {
  parameters.fill(i);
  const began = performance.now();
  const name = await cluster.share(parameters);
  await cluster.map(Array.from({ length: S }, () => ({ kind: 'rollout', shared: [name], data: size })));
  const took = performance.now() - began;
  await cluster.forget(name);
  return took;
}

/** The same bytes over plain TCP between two processes: out to each worker, and back from each its share. */
const listening = createServer();
await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- that of a port
const { port } = listening.address() as AddressInfo;
const sockets: Socket[] = [];
const connected = new Promise<void>((resolve) =>
  listening.on('connection', (socket) => {
    sockets.push(socket);
    if (sockets.length === W) resolve();
  }),
);
const copiers = Array.from({ length: W }, () =>
  start('tcp', String(port), String(OUT), String(Math.round(BACK / W))),
);
await connected;

async function copy(): Promise<number> {
  const began = performance.now();
  const share = Math.round(BACK / W);
  await Promise.all(
    sockets.map(async (socket) => {
      socket.write(parameters);
      let received = 0;
      await new Promise<void>((resolve) => {
        const hear = (bytes: Buffer): void => {
          received += bytes.length;
          if (received < share) return;
          socket.off('data', hear);
          resolve();
        };
        socket.on('data', hear);
      });
    }),
  );
  return performance.now() - began;
}

/** ms of processor time of this process, all its threads, up to now. */
function processor(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const times: { readonly cluster: number; readonly tcp: number }[] = [];
const used = { cluster: 0, tcp: 0 };
for (let i = 0; i < R; i++) {
  const before = processor();
  const own = await iteration(i);
  const between = processor();
  const tcp = await copy();
  used.cluster += between - before;
  used.tcp += processor() - between;
  times.push({ cluster: own, tcp });
  if (i % 10 === 9 || i === 0) {
    const all = await Promise.all([process.pid, processes[0].pid, server.pid()].map(residentMegabytes));
    memory.push(`| ${i + 1} | ${all.join(' | ')} |`);
  }
}
const least = (name: 'cluster' | 'tcp'): number => Math.min(...times.map((each) => each[name]));
const median = (name: 'cluster' | 'tcp'): number =>
  times.map((each) => each[name]).toSorted((a, b) => a - b)[R >> 1];
process.stdout.write(
  `${R} rounds, ${W} workers, ${S} tasks, ms: least ${least('cluster').toFixed(0)} against ${least('tcp').toFixed(0)} over TCP, ` +
    `median ${median('cluster').toFixed(0)} against ${median('tcp').toFixed(0)}; ` +
    `of the learner's processor ${(used.cluster / R).toFixed(0)} against ${(used.tcp / R).toFixed(0)} a round\n` +
    `| round | learner MB | worker MB | server MB |\n${memory.join('\n')}\n`,
);
for (const copier of copiers) copier.kill('SIGKILL');
for (const worker of processes) worker.kill('SIGKILL');
listening.close();
await cluster.close();
await server.kill();
process.exit(0);

async function residentMegabytes(pid: number | undefined): Promise<string> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return (Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024).toFixed(0);
}
