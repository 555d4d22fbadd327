import { crc32 } from 'node:zlib';

import { PART, PIECE } from '../names.ts';
import type { Asking } from './asking.ts';
import { inOrder } from './in-order.ts';
import type { Ticket } from './messages.ts';
import { partsOf } from './stored.ts';

/** Times that a part is sent before the result is given up. */
const TRIES = 8;

/** Sends the result of a task in parts, a few at a time, as long as it is waited for; rejects where a part does not get through. */
export async function sendResult(learner: Asking, ticket: Ticket, bytes: Uint8Array): Promise<void> {
  let isWanted = true;
  await inOrder(partsOf(bytes.length), async (part) => {
    const offset = part * PART;
    const body = bytes.subarray(offset, offset + PART);
    const what = { ticket, total: bytes.length, offset };
    const crc = crc32(body);
    for (let tries = 0; isWanted; tries++) {
      learner.tell('part', what);
      for (let at = 0; at < body.length; at += PIECE) learner.send(body.subarray(at, at + PIECE));
      const answer = await learner.ask('result', { ...what, crc });
      if (answer === 'no') isWanted = false;
      if (answer !== 'again') return;
      if (tries === TRIES) throw new Error(`a result of ${bytes.length} bytes was not taken`);
    }
  });
}
