import { connect as connectTcp } from 'node:net';
import { serve } from '@dppo/cluster';
import { connect } from '@nats-io/transport-node';

import { PIECE } from '../src/names.ts';

const [kind, at, out, back] = process.argv.slice(2);

/** Has `answer` called each time that all parameters have come. */
function counted(answer: () => void): (bytes: Uint8Array) => void {
  let received = 0;
  return (bytes) => {
    received += bytes.length;
    if (received < Number(out)) return;
    received -= Number(out);
    answer();
  };
}

if (kind === 'cluster') {
  await serve(
    at,
    async ({ data, shared }, get) => {
      await get(shared[0]);
      return new Uint8Array(Number(new TextDecoder().decode(data)));
    },
    { run: 'bench' },
  );
} else if (kind === 'client') {
  const nats = await connect({ servers: at });
  const answer = new Uint8Array(Number(back));
  const hear = counted(() => {
    for (let i = 0; i < answer.length; i += PIECE) nats.publish('back', answer.subarray(i, i + PIECE));
  });
  nats.subscribe('out', { callback: (_, { data }) => hear(data) });
  await nats.flush();
  nats.publish('ready');
} else {
  const answer = new Uint8Array(Number(back));
  const socket = connectTcp(Number(at), '127.0.0.1');
  socket.on(
    'data',
    counted(() => socket.write(answer)),
  );
}
