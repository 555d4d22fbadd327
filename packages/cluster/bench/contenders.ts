import { type ChildProcess, spawn } from 'node:child_process';
import { type AddressInfo, type Socket, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { connect } from '@nats-io/transport-node';
import { natsCluster } from '@dppo/cluster';
import { natsServer } from '@dppo/testing/nats-server';

import { PIECE } from '../src/names.ts';

/** Bytes of parameters out, and of results back, of one iteration of the Hopper preset. */
const [OUT, BACK] = [2_200_000, 13_300_000];

/** Ways to bring parameters to workers, and results back. */
export interface Contender {
  readonly name: string;
  /** Process ids of all but this one. */
  readonly pids: () => number[];
  readonly round: () => Promise<void>;
}

const child = fileURLToPath(new URL('overhead-worker.ts', import.meta.url));
const parameters = new Uint8Array(OUT);

function begun(count: number, ...words: readonly string[]): ChildProcess[] {
  const back = String(Math.round(BACK / count));
  return Array.from({ length: count }, () =>
    spawn(process.execPath, [...process.execArgv, child, ...words, String(OUT), back], { stdio: 'inherit' }),
  );
}

const pidsOf = (children: readonly ChildProcess[]): number[] => children.map(({ pid = 0 }) => pid);

/** This package, with results in so many tasks. */
export async function overCluster(workers: number, tasks: number): Promise<Contender> {
  const server = await natsServer();
  const cluster = await natsCluster(server.url, { run: 'bench' });
  const children = begun(workers, 'cluster', server.url);
  while (cluster.workers().length < workers) await new Promise((resolve) => setTimeout(resolve, 100));
  const size = new TextEncoder().encode(String(Math.round(BACK / tasks)));
  return {
    name: 'cluster',
    pids: () => [...pidsOf(children), server.pid() ?? 0],
    round: async () => {
      parameters[0]++;
      const name = await cluster.share(parameters);
      await cluster.map(
        Array.from({ length: tasks }, () => ({ kind: 'rollout', shared: [name], data: size })),
      );
      await cluster.forget(name);
    },
  };
}

/** NATS' own client, with nothing that could be lost told apart from what came. */
export async function overClient(workers: number): Promise<Contender> {
  const server = await natsServer();
  const nats = await connect({ servers: server.url });
  /** Resolves once so much has come: messages, or bytes. */
  const come = (subject: string, much: number, of: (bytes: Uint8Array) => number): Promise<void> =>
    new Promise((resolve) => {
      let missing = much;
      const subscription = nats.subscribe(subject, {
        callback: (_, { data }) => {
          missing -= of(data);
          if (missing > 0) return;
          subscription.unsubscribe();
          resolve();
        },
      });
    });
  const ready = come('ready', workers, () => 1);
  await nats.flush();
  const children = begun(workers, 'client', server.url);
  await ready;
  return {
    name: 'client',
    pids: () => [...pidsOf(children), server.pid() ?? 0],
    round: () => {
      const ended = come('back', Math.round(BACK / workers) * workers, ({ length }) => length);
      for (let i = 0; i < OUT; i += PIECE) nats.publish('out', parameters.subarray(i, i + PIECE));
      return ended;
    },
  };
}

/** Plain TCP between the processes. */
export async function overTcp(workers: number): Promise<Contender> {
  const listening = createServer();
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- that of a port
  const { port } = listening.address() as AddressInfo;
  const sockets: Socket[] = [];
  const connected = new Promise<void>((resolve) =>
    listening.on('connection', (socket) => {
      if (sockets.push(socket) === workers) resolve();
    }),
  );
  const children = begun(workers, 'tcp', String(port));
  await connected;
  const share = Math.round(BACK / workers);
  const copy = (socket: Socket): Promise<void> => {
    socket.write(parameters);
    let received = 0;
    return new Promise((resolve) => {
      const hear = (bytes: Buffer): void => {
        received += bytes.length;
        if (received < share) return;
        socket.off('data', hear);
        resolve();
      };
      socket.on('data', hear);
    });
  };
  return {
    name: 'tcp',
    pids: () => pidsOf(children),
    round: async () => void (await Promise.all(sockets.map(copy))),
  };
}
