import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { Command } from 'commander';
import { WebSocket } from 'ws';

import { residentMegabytes } from './resident-megabytes.ts';
import { markdown } from './table.ts';
import { trainerWords } from './trainer-words.ts';

const root = new URL('../../../', import.meta.url);
const policy = fileURLToPath(new URL('apps/trainer/data/hopper/pretrained.safetensors', root));

/** Hopper at rest. */
const observation = [1.25, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
const question = JSON.stringify({ observation });
const bytes = Buffer.from(Float32Array.from(observation).buffer);

/** Somebody who asks one question after another. */
interface Client {
  readonly ask: () => Promise<void>;
  readonly close: () => void;
}

type Connect = (url: string) => Promise<Client>;

const transports: Readonly<Record<string, Connect>> = {
  'HTTP, JSON': http('application/json', Buffer.from(question)),
  'HTTP, binary': http('application/octet-stream', bytes),
  'WebSocket, JSON': webSocket(question),
  'WebSocket, binary': webSocket(Buffer.concat([Buffer.alloc(4), bytes])),
};

function http(type: string, body: Buffer): Connect {
  return async (url) => {
    const agent = new Agent({ keepAlive: true });
    const headers = { 'Content-Type': type, 'Content-Length': body.length };
    const ask = async (): Promise<void> => {
      const asking = request(`${url}act`, { agent, method: 'POST', headers });
      asking.end(body);
      const [answer] = await once(asking, 'response');
      answer.resume();
      await once(answer, 'end');
      if (answer.statusCode !== 200) throw new Error(`load: answered by ${answer.statusCode}`);
    };
    return { ask, close: () => agent.destroy() };
  };
}

function webSocket(message: string | Buffer): Connect {
  return async (url) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}act`);
    await once(socket, 'open');
    const ask = async (): Promise<void> => {
      socket.send(message);
      const [data, isBinary] = await once(socket, 'message');
      if (!isBinary && String(data).includes('"error"')) throw new Error(`load: answered by ${data}`);
    };
    return { ask, close: () => socket.terminate() };
  };
}

/** Milliseconds that each of `count` questions took, asked by `clients` at once. */
async function times(url: string, connect: Connect, clients: number, count: number): Promise<number[]> {
  const all = await Promise.all(Array.from({ length: clients }, () => connect(url)));
  const taken: number[] = [];
  await Promise.all(
    all.map(async ({ ask }) => {
      for (let i = 0; i < count / clients; i++) {
        const began = performance.now();
        await ask();
        taken.push(performance.now() - began);
      }
    }),
  );
  for (const { close } of all) close();
  return taken.toSorted((a, b) => a - b);
}

/** Processor time that it has used so far, as Linux says it, in hundredths of a second: milliseconds. */
function processorMilliseconds({ pid }: ChildProcess): number {
  const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13);
  return 10 * (Number(user) + Number(system));
}

const program = new Command('load')
  .description(
    'how long dppo serve takes to answer 1, 8 and 32 clients, and its memory; options after -- are those of dppo serve',
  )
  .option('--questions <count>', 'for each row of the table', Number, 2000)
  .option('--policy <file>', 'policy for Hopper', policy)
  .argument('[words...]')
  .parse();
const { questions, policy: file } = program.opts<{ questions: number; policy: string }>();
const words = [...trainerWords('serve'), file, '--port', '0', ...program.args];
const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
let url = '';
for await (const line of createInterface({ input: child.stdout })) {
  url = /^serving (.*)$/.exec(line)?.[1] ?? '';
  if (url !== '') break;
}
if (url === '') throw new Error('load: the server did not start');
const rows = [
  [
    '',
    'clients',
    'quickest, ms',
    'p50, ms',
    'p99, ms',
    'answers a second',
    "server's CPU, ms each",
    'memory after, MB',
  ],
];
for (const [name, connect] of Object.entries(transports)) {
  for (const clients of [1, 8, 32]) {
    await times(url, connect, clients, questions / 4);
    const [began, used] = [performance.now(), processorMilliseconds(child)];
    const taken = await times(url, connect, clients, questions);
    const seconds = (performance.now() - began) / 1000;
    const cpu = ((processorMilliseconds(child) - used) / taken.length).toFixed(2);
    const at = (share: number): string => taken[Math.floor(share * (taken.length - 1))].toFixed(2);
    const memory = residentMegabytes(child.pid).toFixed(0);
    const rate = (taken.length / seconds).toFixed(0);
    rows.push([name, `${clients}`, at(0), at(0.5), at(0.99), rate, cpu, memory]);
  }
}
child.kill('SIGTERM');
await once(child, 'close');
process.stdout.write(`${markdown(rows)}\n`);
