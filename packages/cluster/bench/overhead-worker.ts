import { connect } from 'node:net';

import { serve } from '../src/index.ts';

const [kind, at, out, back] = process.argv.slice(2);

if (kind === 'cluster') {
  await serve(
    at,
    async ({ data, shared }, get) => {
      await get(shared[0]);
      return new Uint8Array(Number(new TextDecoder().decode(data)));
    },
    { run: 'bench' },
  );
} else {
  const answer = new Uint8Array(Number(back));
  let received = 0;
  const socket = connect(Number(at), '127.0.0.1');
  socket.on('data', (bytes) => {
    received += bytes.length;
    if (received < Number(out)) return;
    received -= Number(out);
    socket.write(answer);
  });
}
