import { type IncomingMessage, type Server, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import { HTTPException } from 'hono/http-exception';
import { type RawData, WebSocket, WebSocketServer } from 'ws';

import { type Access, checkSource, checkToken } from './guard.ts';
import { bytesOf, idOf, jsonIn, mostBytes, questionIn, questionOf } from './question.ts';
import { asJson, type Service } from './serve-app.ts';

/** The subprotocol that is chosen where a client names any. */
const protocol = 'dppo';

/** The most bytes of answers that a client may leave unread. */
const mostUnread = 1 << 20;

/** How long a client may take to agree to an end, milliseconds. */
const farewell = 1000;

/** Bytes that name a question in a binary message. */
const idBytes = 4;

/** The WebSockets of a server. */
export interface Sockets {
  count(): number;
  /** Closes all of them, and lets go of those that do not answer within a second. */
  close(): void;
}

/** Lets a server answer over WebSockets as well, at `/act`; a client that is silent for two times `pingEvery` ms is gone. */
export function openSockets(
  server: Server,
  service: Service,
  access: Access,
  { pingEvery }: { readonly pingEvery: number },
): Sockets {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: mostBytes(service.sizes),
    perMessageDeflate: false,
    handleProtocols: (names) => names.has(protocol) && protocol,
  });
  const alive = new WeakSet<WebSocket>();
  const pinging = setInterval(() => {
    for (const socket of sockets.clients) {
      if (!alive.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }, pingEvery);
  server.on('close', () => clearInterval(pinging));
  server.on('upgrade', (request, connection, head) => {
    connection.on('error', () => {});
    try {
      checkUpgrade(request, service, access);
    } catch (error) {
      refuse(request, connection, error, service);
      return;
    }
    sockets.handleUpgrade(request, connection, head, (socket) => {
      alive.add(socket);
      socket.on('pong', () => alive.add(socket));
      // Who sends what is no WebSocket's is told so and disconnected by ws.
      socket.on('error', () => service.metrics.counted('websocket', 400));
      socket.on('message', (data, isBinary) => {
        alive.add(socket);
        if (socket.readyState === WebSocket.OPEN) void answerTo(socket, data, isBinary, service);
      });
    });
  });
  return {
    count: () => sockets.clients.size,
    close: () => sockets.clients.forEach((socket) => leave(socket, 1001, 'the server is ending')),
  };
}

/** @throws HTTPException where a request to become a WebSocket is refused */
function checkUpgrade(request: IncomingMessage, { ending }: Service, access: Access): void {
  checkSource(request, access);
  checkToken(request, access);
  if (request.headers.upgrade?.toLowerCase() !== 'websocket')
    throw new HTTPException(400, { message: `upgrade: found ${request.headers.upgrade}, wanted websocket` });
  if (request.url !== '/act') throw new HTTPException(404, { message: `found ${request.url}, wanted /act` });
  if (ending()) throw new HTTPException(503, { message: 'the server is ending' });
}

function refuse(request: IncomingMessage, connection: Duplex, error: unknown, { metrics }: Service): void {
  if (!(connection instanceof Socket)) return void connection.destroy();
  const response = new ServerResponse(request);
  response.assignSocket(connection);
  response.on('finish', () => connection.destroySoon());
  const { status, message } = refusalOf(error);
  metrics.counted('websocket', status);
  response.writeHead(status, { 'Content-Type': 'application/json', Connection: 'close' });
  response.end(JSON.stringify({ error: message }));
}

async function answerTo(
  socket: WebSocket,
  data: RawData,
  isBinary: boolean,
  service: Service,
): Promise<void> {
  const bytes = Buffer.isBuffer(data)
    ? data
    : Buffer.concat(Array.isArray(data) ? data : [Buffer.from(data)]);
  let id: string | number | undefined;
  try {
    if (service.ending()) throw new HTTPException(503, { message: 'the server is ending' });
    if (isBinary) {
      if (bytes.length < idBytes)
        throw new HTTPException(400, { message: `found ${bytes.length} bytes, wanted the 4 of an id first` });
      id = bytes.readUInt32LE();
      const question = questionIn(bytes.subarray(idBytes), service.sizes);
      const { chunks } = await service.answer(question, 'websocket');
      send(socket, bytesOf(chunks, bytes.subarray(0, idBytes)));
    } else {
      const value = jsonIn(bytes.toString(), service.sizes);
      id = idOf(value);
      const question = questionOf(value, service.sizes);
      const answered = await service.answer(question, 'websocket');
      send(socket, JSON.stringify({ id, ...asJson(question, answered, service.sizes) }));
    }
    service.metrics.counted('websocket', 200);
  } catch (error) {
    const { status, message } = refusalOf(error);
    service.metrics.counted('websocket', status);
    send(socket, JSON.stringify({ id, status, error: message }));
  }
}

/** Sends where the client reads what it is sent; one that leaves too much unread is closed. */
function send(socket: WebSocket, message: string | Uint8Array): void {
  if (socket.readyState !== WebSocket.OPEN) return;
  if (socket.bufferedAmount > mostUnread) leave(socket, 1013, 'answers were not read');
  else socket.send(message);
}

/** Closes a WebSocket, and its connection where the client does not answer. */
function leave(socket: WebSocket, code: number, reason: string): void {
  socket.close(code, reason);
  setTimeout(() => socket.terminate(), farewell);
}

function refusalOf(error: unknown): { readonly status: number; readonly message: string } {
  const status = error instanceof HTTPException ? error.status : 500;
  return { status, message: error instanceof Error ? error.message : String(error) };
}
