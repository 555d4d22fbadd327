import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';

import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';

import { served, type Served, servedPolicy } from '../../test/served.ts';
import { bytesOf } from './question.ts';

const open: Served[] = [];

async function opened(options: Parameters<typeof served>[0] = {}): Promise<Served> {
  const server = await served(options);
  open.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.end()));
});

const observation = Array.from({ length: 11 }, (_, i) => Math.sin(i));
const token = 'a-token-of-24_characters';
const bearer = { Authorization: `Bearer ${token}` };

const json = { 'Content-Type': 'application/json' };
const binary = { 'Content-Type': 'application/octet-stream' };

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Asks with any headers, Host and Origin among them. */
async function asked(
  { url }: Served,
  { method = 'POST', path = 'act', headers = json, body = '' }: Partial<Asking> = {},
): Promise<Answer> {
  const asking = request(`${url}${path}`, { method, headers, agent: false }).end(body);
  const [answer] = (await once(asking, 'response')) as [IncomingMessage];
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    body: Buffer.concat(await answer.toArray()),
  };
}

interface Asking {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

const act = async (server: Served, question: object = { observation }): Promise<Answer> =>
  asked(server, { body: JSON.stringify(question) });

const metrics = async (server: Served): Promise<string> =>
  (await asked(server, { method: 'GET', path: 'metrics' })).body.toString();

const read = ({ body }: Answer) => JSON.parse(body.toString());

const floats = (bytes: Buffer): Float32Array => new Float32Array(Uint8Array.from(bytes).buffer);

async function webSocket(
  { url }: Served,
  ...options: ConstructorParameters<typeof WebSocket> extends [unknown, ...infer Rest] ? Rest : never
): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}act`, ...options);
  await once(socket, 'open');
  return socket;
}

/** What comes next over a WebSocket. */
async function next(socket: WebSocket): Promise<Buffer> {
  const [data] = (await once(socket, 'message')) as [Buffer];
  return data;
}

/** What a client says to open a WebSocket. */
const upgrade = ({ port }: Served): string =>
  [
    'GET /act HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    '\r\n',
  ].join('\r\n');

const head = (port: number): string => `POST /act HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n`;

/** All that comes over a connection until it is closed. */
async function rest(socket: Socket): Promise<string> {
  const chunks: Buffer[] = await socket
    .on('error', () => {})
    .toArray()
    .catch(() => []);
  return Buffer.concat(chunks).toString();
}

it('answers as loadPolicy does one after another, bit for bit, over HTTP and WebSocket, in JSON and binary', async () => {
  const [server, policy] = [await opened(), await servedPolicy()];
  const socket = await webSocket(server);
  const bytes = bytesOf([Float32Array.from(observation)]);
  const expected = Array.from({ length: 4 }, () => policy.act(observation));

  const first = read(await act(server));
  expect(Float32Array.from(first.actions.flat())).toEqual(expected[0]);
  expect(first.actions.map((action: number[]) => action.length)).toEqual([3, 3, 3, 3]);
  expect(first.ms).toBeGreaterThan(0);
  expect(floats((await asked(server, { headers: binary, body: bytes })).body)).toEqual(expected[1]);
  socket.send(JSON.stringify({ id: 'third', observation }));
  const third = JSON.parse(String(await next(socket)));
  expect([third.id, Float32Array.from(third.actions.flat())]).toEqual(['third', expected[2]]);
  socket.send(Buffer.concat([Buffer.of(7, 0, 0, 1), bytes]));
  const fourth = await next(socket);
  expect([fourth.readUInt32LE(), floats(fourth.subarray(4))]).toEqual([0x1000007, expected[3]]);
});

it('answers what came while it computed in one batch, each to rounding as alone', async () => {
  const server = await opened();
  const release = server.hold();
  const first = act(server, { observation, seed: 0 });
  await expect.poll(() => server.sizes).toEqual([1]);
  const socket = await webSocket(server);
  const answers = new Map<number, number[]>();
  socket.on('message', (data: Buffer) => {
    const { id, actions } = JSON.parse(data.toString());
    answers.set(id, actions.flat());
  });
  const questions = Array.from({ length: 20 }, (_, i) => ({
    observation: observation.map((value) => value * Math.cos(i)),
    seed: i,
  }));
  questions.forEach((question, id) => socket.send(JSON.stringify({ id, ...question })));
  await expect.poll(() => metrics(server)).toContain('dppo_waiting_observations 20');
  release();
  await first;
  await expect.poll(() => answers.size).toBe(20);
  expect(server.sizes).toEqual([1, 20]);
  for (const [id, { observation: obs, seed }] of questions.entries()) {
    const [alone] = (await servedPolicy()).actAll([{ obs, seed }]);
    expect(answers.get(id)).toBeAllclose(alone, { atol: 1e-6 });
  }
});

it('answers several observations of one question in their order', async () => {
  const server = await opened();
  const observations = [observation, observation.map((value) => -value)];
  const { actions } = read(await act(server, { observations, seed: 3 }));
  const policy = await servedPolicy();
  observations.forEach((obs, i) =>
    expect(actions[i].flat()).toBeAllclose(policy.actAll([{ obs, seed: 3 }])[0], { atol: 1e-6 }),
  );
});

it('says what it serves, and counts', async () => {
  const server = await opened();
  const about = read(await asked(server, { method: 'GET', path: 'policy' }));
  expect(about).toMatchObject({
    task: 'hopper',
    obsDim: 11,
    condSteps: 1,
    actionDim: 3,
    horizonSteps: 4,
    actSteps: 4,
    sampler: { kind: 'ddpm', denoisingSteps: 5 },
    maxBatch: 32,
  });
  expect(about.bounds.obsMax).toHaveLength(11);
  await act(server);
  await act(server, { observation: [1] });
  const socket = await webSocket(server);
  socket.send('x');
  await next(socket);
  const { body, headers } = await asked(server, { method: 'GET', path: 'metrics' });
  expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  for (const line of [
    'dppo_answers_total{transport="http",status="200"} 2',
    'dppo_answers_total{transport="http",status="400"} 1',
    'dppo_answers_total{transport="websocket",status="400"} 1',
    'dppo_answer_seconds_count{transport="http"} 1',
    'dppo_batch_observations_bucket{le="1"} 1',
    'dppo_websockets 1',
  ])
    expect(body.toString()).toContain(`${line}\n`);
  expect(body.toString()).toMatch(/dppo_answer_seconds\{quantile="0.99",transport="http"\} 0\.\d+\n/);
});

describe('refuses by a status and a sentence', () => {
  const body = JSON.stringify({ observation });
  it.each<[number, string, Partial<Asking>]>([
    [400, 'observation: found a list of 1, wanted 11 numbers', { body: '{"observation":[1]}' }],
    [400, 'the question is not JSON', { body: '{"observation":[NaN]}' }],
    [400, 'the question is not JSON', {}],
    [400, 'found 3 bytes, wanted 1 … 32 times 44: 11 numbers in float32', { headers: binary, body: 'abc' }],
    [
      400,
      'observation 0: found NaN at place 0, wanted finite numbers',
      { headers: binary, body: bytesOf([new Float32Array(11).fill(NaN)]) },
    ],
    [
      403,
      'host: found evil.example, wanted localhost:',
      { headers: { ...json, Host: 'evil.example' }, body },
    ],
    [
      403,
      'origin: found http://evil.example, whose pages may not ask; --allow-origin lets them',
      { headers: { ...json, Origin: 'http://evil.example' }, body },
    ],
    [404, 'found /other, wanted one of /act, /policy, /health, /metrics', { path: 'other' }],
    [404, 'found /act/, wanted one of', { path: 'act/' }],
    [405, 'found GET /act, wanted POST', { method: 'GET' }],
    [405, 'found OPTIONS /act, wanted POST', { method: 'OPTIONS' }],
    [405, 'found POST /health, wanted GET', { path: 'health' }],
    [411, 'wanted Content-Length', { headers: { ...json, 'Transfer-Encoding': 'chunked' }, body }],
    [413, 'found 20000 bytes, wanted at most 12288', { body: 'x'.repeat(20_000) }],
    [
      415,
      'Content-Type: found text/plain, wanted application/json or application/octet-stream',
      { headers: { 'Content-Type': 'text/plain' }, body },
    ],
  ])('%d: %s', async (status, sentence, asking) => {
    const server = await opened();
    const answer = await asked(server, asking);
    expect([answer.status, read(answer).error]).toEqual([status, expect.stringContaining(sentence)]);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    const { status: after } = await asked(server, {
      headers: { ...json, Host: `localhost:${server.port}` },
      body,
    });
    expect(after).toBe(200);
  });
});

describe('with a token', () => {
  it('answers those alone that have it, whatever they ask; that it lives it tells all', async () => {
    const server = await opened({ access: { token } });
    for (const path of ['policy', 'metrics']) {
      expect((await asked(server, { method: 'GET', path })).status).toBe(401);
      expect((await asked(server, { method: 'GET', path, headers: bearer })).status).toBe(200);
    }
    const refused = await act(server);
    expect([refused.status, refused.headers['www-authenticate']]).toEqual([401, 'Bearer']);
    expect(read(refused).error).toContain('wanted the token of this server');
    const wrong = { ...json, Authorization: `Bearer ${token}x` };
    expect((await asked(server, { headers: wrong, body: '{}' })).status).toBe(401);
    expect(read(await asked(server, { method: 'GET', path: 'health' }))).toEqual({ status: 'ok' });
  });

  it('opens a WebSocket to a header or a subprotocol, and does not repeat the token', async () => {
    const server = await opened({ access: { token } });
    const sockets = [
      await webSocket(server, [], { headers: bearer }),
      await webSocket(server, ['dppo', `bearer.${token}`]),
    ];
    expect(sockets.map(({ protocol }) => protocol)).toEqual(['', 'dppo']);
    for (const protocols of [[], ['dppo'], ['dppo', `bearer.${token}x`], [token]]) {
      const socket = new WebSocket(`${server.url.replace('http', 'ws')}act?token=${token}`, protocols);
      const [, answer] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
      expect(answer.statusCode).toBe(401);
      answer.resume();
    }
  });
});

it('lets pages of the origins ask that it is told, and no others, over HTTP and WebSocket', async () => {
  const [good, bad] = ['http://localhost:5173', 'http://localhost:5174'];
  const server = await opened({ access: { origins: [good], token } });
  const preflight = (origin: string) =>
    asked(server, {
      method: 'OPTIONS',
      headers: { Origin: origin, 'Access-Control-Request-Headers': 'authorization, content-type' },
    });
  const { status, headers } = await preflight(good);
  expect([status, headers['access-control-allow-origin']]).toEqual([204, good]);
  expect(headers['access-control-allow-headers']).toBe('Authorization,Content-Type');
  const refused = await preflight(bad);
  expect([refused.status, refused.headers['access-control-allow-origin']]).toEqual([403, undefined]);
  await webSocket(server, ['dppo', `bearer.${token}`], { origin: good });
  const other = new WebSocket(`${server.url.replace('http', 'ws')}act`, { origin: bad, headers: bearer });
  const [, answer] = (await once(other, 'unexpected-response')) as [unknown, IncomingMessage];
  expect(answer.statusCode).toBe(403);
  expect(JSON.parse(String(Buffer.concat(await answer.toArray()))).error).toContain(`found ${bad}`);
});

it('answers 503 where too many wait, over HTTP and WebSocket, and all that wait later', async () => {
  const server = await opened({ maxBatch: 1 });
  const socket = await webSocket(server);
  const release = server.hold();
  const first = act(server);
  await expect.poll(() => server.sizes).toEqual([1]);
  const waiting = Array.from({ length: 8 }, () => act(server));
  await expect.poll(() => metrics(server)).toContain('dppo_waiting_observations 8');
  const refused = await act(server);
  expect([refused.status, refused.headers['retry-after']]).toEqual([503, '1']);
  expect(read(refused).error).toBe('found 8 observations that wait, wanted at most 8: ask again later');
  socket.send(JSON.stringify({ id: 5, observation }));
  expect(JSON.parse(String(await next(socket)))).toMatchObject({ id: 5, status: 503 });
  release();
  const all = await Promise.all([first, ...waiting]);
  expect(all.map(({ status }) => status)).toEqual(Array(9).fill(200));
});

it('tells over a WebSocket what is wrong with a question, by its id, and goes on', async () => {
  const server = await opened();
  const socket = await webSocket(server);
  const answer = async (message: string | Buffer) => {
    socket.send(message);
    return JSON.parse(String(await next(socket)));
  };
  expect(await answer('{"id":"a","observation":[1]}')).toEqual({
    id: 'a',
    status: 400,
    error: 'observation: found a list of 1, wanted 11 numbers',
  });
  expect(await answer('nonsense')).toMatchObject({ status: 400 });
  expect(await answer(Buffer.of(9, 0, 0, 0, 1))).toMatchObject({ id: 9, status: 400 });
  expect(await answer(Buffer.of(9))).toMatchObject({
    status: 400,
    error: 'found 1 bytes, wanted the 4 of an id first',
  });
  expect(await answer(JSON.stringify({ observation }))).toHaveProperty('actions');
  socket.send('x'.repeat(20_000));
  expect((await once(socket, 'close'))[0]).toBe(1009);
});

it('closes a WebSocket whose client does not read what it is answered, and goes on', async () => {
  const server = await opened({ maxBatch: 1024 });
  const socket = await webSocket(server);
  socket.pause();
  // An answer of a quarter of a megabyte: the system keeps dozens of them, the server four.
  const question = JSON.stringify({ observations: Array.from({ length: 1024 }, () => Array(11).fill(0)) });
  while ((await metrics(server)).includes('dppo_websockets 1\n')) socket.send(question);
  expect((await act(server)).status).toBe(200);
  socket.terminate();
});

describe('cuts', () => {
  it('a WebSocket whose client is gone, and none that lives', async () => {
    const server = await opened({ times: { ping: 100 } });
    const alive = await webSocket(server);
    const gone = connect(server.port, '127.0.0.1');
    gone.write(upgrade(server));
    expect(await rest(gone)).toMatch(/^HTTP\/1.1 101 /);
    for (let pings = 0; pings < 3; pings++) await once(alive, 'ping');
    expect(alive.readyState).toBe(WebSocket.OPEN);
  });

  it.each([
    ['that says nothing', () => ''],
    ['that does not come to the end of its headers', head],
    [
      'that does not send all of its body',
      (port: number) => `${head(port)}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"obs`,
    ],
  ])('a client %s, by 408', async (_, sent) => {
    const server = await opened({ times: { head: 200, request: 400 } });
    const socket = connect(server.port, '127.0.0.1');
    socket.write(sent(server.port));
    expect(await rest(socket)).toMatch(/^HTTP\/1.1 408 Request Timeout/);
    expect((await act(server)).status).toBe(200);
  });

  it('connections beyond a number, and answers again when there is room', async () => {
    const server = await opened({ times: { head: 800 } });
    const silent = Array.from({ length: 400 }, () => connect(server.port, '127.0.0.1'));
    const ends = silent.map((socket) => rest(socket));
    await expect.poll(() => act(server).then(({ status }) => status, String)).toBe(200);
    const said = await Promise.all(ends);
    expect(said.filter((text) => text === '').length).toBeGreaterThanOrEqual(400 - 256);
  });
});

it('survives whatever bytes come', async () => {
  const server = await opened();
  const post = `${head(server.port)}Content-Type: application/octet-stream\r\n`;
  const beginnings = [
    '',
    'GET ',
    upgrade(server),
    `${post}Content-Length: 44\r\n\r\n`,
    `${post}Transfer-Encoding: chunked\r\n\r\n`,
  ];
  for (let round = 0; round < 100; round++) {
    const socket = connect(server.port, '127.0.0.1').on('error', () => {});
    socket.write(beginnings[round % beginnings.length]);
    socket.end(randomBytes(1 + 37 * round));
    await rest(socket);
  }
  const socket = await webSocket(server);
  for (let round = 0; round < 100; round++) socket.send(randomBytes(round), { binary: round % 2 === 0 });
  expect((await act(server)).status).toBe(200);
});

it.each(['Upgrade: h2c', 'Upgrade: websocket'])(
  'closes what asks to become another thing: %s',
  async (header) => {
    const server = await opened();
    const socket = connect(server.port, '127.0.0.1');
    socket.write(
      `GET /act HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nConnection: Upgrade\r\n${header}\r\n\r\n`,
    );
    expect(await rest(socket)).toMatch(/^HTTP\/1.1 400 /);
  },
);

it('ends in order: answers what it has, refuses what comes, and closes WebSockets', async () => {
  const server = await served();
  const socket = await webSocket(server);
  const release = server.hold();
  const answers = [act(server)];
  await expect.poll(() => server.sizes).toEqual([1]);
  answers.push(act(server));
  socket.send(JSON.stringify({ id: 1, observation }));
  await expect.poll(() => metrics(server)).toContain('dppo_waiting_observations 2\n');
  const [last, closed] = [next(socket), once(socket, 'close')];
  const ended = server.end();
  await expect(act(server)).rejects.toThrow('ECONNREFUSED');
  release();
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200]);
  expect(JSON.parse(String(await last))).toHaveProperty('actions');
  expect((await closed)[0]).toBe(1001);
  expect(await ended).toBe(3);
});
