import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));

/** A Python with MLflow's server in a virtual environment beside this file; made on first use (a download of 40 MB). */
function pythonWithMlflow(): string {
  const python = `${folder}.venv/bin/python`;
  if (!existsSync(`${folder}.venv/complete`)) {
    execFileSync('python3', ['-m', 'venv', '--clear', `${folder}.venv`]);
    const words = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
    execFileSync(python, [...words, '--requirement', `${folder}requirements.txt`]);
    writeFileSync(`${folder}.venv/complete`, '');
  }
  return python;
}

/** A server of MLflow with a store of its own. */
export interface MlflowServer {
  readonly url: string;
  /** What a path of its REST API answers. */
  readonly get: (path: string) => Promise<any>;
  readonly stop: () => Promise<void>;
}

/** Starts `mlflow server` on a free port of this machine. */
export async function startMlflow(): Promise<MlflowServer> {
  const port = await freePort();
  const dir = mkdtempSync(join(tmpdir(), 'mlflow-'));
  const words = ['-m', 'mlflow', 'server', '--host', '127.0.0.1', '--port', String(port), '--workers', '1'];
  const store = [
    '--backend-store-uri',
    `sqlite:///${dir}/store`,
    '--artifacts-destination',
    `${dir}/artifacts`,
  ];
  // In a group of its own, as it has children that do not end with it.
  const server = spawn(pythonWithMlflow(), [...words, ...store], {
    cwd: dir,
    detached: true,
    stdio: 'ignore',
  });
  const end = (): void => {
    if (server.pid !== undefined && server.exitCode === null) process.kill(-server.pid);
  };
  process.once('exit', end);
  const url = `http://127.0.0.1:${port}`;
  const isReady = (): Promise<boolean> =>
    fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await isReady())) {
    if (server.exitCode !== null) throw new Error(`mlflow server: exit code ${server.exitCode}`);
    await setTimeout(100);
  }
  return {
    url,
    get: async (path) => (await fetch(`${url}/api/2.0/mlflow/${path}`)).json(),
    stop: async () => {
      process.off('exit', end);
      const ended = once(server, 'exit');
      end();
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error(`found no port in ${address}`);
  return address.port;
}
