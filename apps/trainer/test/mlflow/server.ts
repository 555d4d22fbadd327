import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { pythonWith } from '@dppo/testing/python';

/** A part of what MLflow's REST API answers. */
interface Answer {
  readonly experiment_id: string;
  readonly experiment: { readonly experiment_id: string };
  readonly runs: readonly {
    readonly info: {
      readonly run_id: string;
      readonly run_name: string;
      readonly experiment_id: string;
      readonly status: string;
      readonly artifact_uri: string;
    };
    readonly data: {
      readonly metrics: readonly object[];
      readonly params: readonly { readonly key: string; readonly value: string }[];
      readonly tags: readonly object[];
    };
  }[];
  readonly metrics?: readonly { readonly step?: number; readonly value: number | string }[];
}

/** A server of MLflow with a store of its own. */
export interface MlflowServer {
  readonly url: string;
  readonly get: (path: string) => Promise<Answer>;
  readonly post: (path: string, body: object) => Promise<Answer>;
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
  const server = spawn(pythonWith(new URL('.', import.meta.url)), [...words, ...store], {
    cwd: dir,
    detached: true,
    stdio: 'ignore',
  });
  const end = (): void => {
    if (server.pid !== undefined && server.exitCode === null) process.kill(-server.pid);
  };
  process.once('exit', end);
  const url = `http://127.0.0.1:${port}`;
  const answer = async (path: string, asked: RequestInit): Promise<Answer> => {
    const response = await fetch(`${url}/api/2.0/mlflow/${path}`, asked);
    return JSON.parse(await response.text());
  };
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
    get: (path) => answer(path, {}),
    post: (path, body) =>
      answer(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
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
