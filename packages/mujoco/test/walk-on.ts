import { json } from 'node:stream/consumers';

import { walked, wrapped } from './walked.ts';

// A process of its own: [robot, engine, state in base64, chunks] come in, what follows from each goes out.
const given: unknown = await json(process.stdin);
const hashes: string[] = [];
for (const [robot, engine, state, chunks] of Array.isArray(given) ? given : []) {
  const env = await wrapped(robot, engine);
  const bytes = Uint8Array.from(Buffer.from(state, 'base64'));
  env.restore?.(new Float64Array(bytes.buffer));
  hashes.push(walked(env, chunks));
}
process.stdout.write(JSON.stringify(hashes));
