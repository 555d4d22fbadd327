import type { Deployed, PolicySizes } from '../rollout/deploy.ts';
import type { Pull } from '../rollout/pull.ts';
import type { Planner } from './planning.ts';

/** One end of a `MessageChannel`, of Node.js or a browser, whose other end is in another thread. */
export interface Port {
  /** Sends a copy of a `message`. */
  postMessage(message: unknown): void;
  /** Has a `listener` hear events of a `type`: messages, or the end of the other thread. */
  addEventListener(type: 'message' | 'close', listener: (event: object) => void): void;
  /** Begins to hand over messages. */
  start(): void;
}

interface Request {
  readonly id: number;
  readonly obs: Float32Array;
  readonly pull: Pull | undefined;
}

type Reply = { readonly sizes: PolicySizes } | ({ readonly id: number } & Answer);
type Answer = { readonly chunk: Float32Array } | { readonly error: string };

/** Plans for the other end of a port, which is given to `plannerAt` there. */
export function servePlans(port: Port, policy: PolicySizes & Pick<Deployed, 'act'>): void {
  const { obsDim, condSteps, horizonSteps, actionDim } = policy;
  const reply = (message: Reply): void => port.postMessage(message);
  listen(port, ({ id, obs, pull }: Request) => reply({ id, ...answer(policy, obs, pull) }));
  reply({ sizes: { obsDim, condSteps, horizonSteps, actionDim } });
}

function answer(policy: Pick<Deployed, 'act'>, obs: Float32Array, pull: Pull | undefined): Answer {
  try {
    return { chunk: policy.act(obs, pull) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * The policy that `servePlans` serves at the other end of a port, so that it is computed in another thread and no tick waits for it.
 *
 * @throws Error, also what `act` rejects with, where the other thread ends, as far as its system says so (Node.js does)
 */
export async function plannerAt(port: Port): Promise<Planner> {
  const waiting = new Map<
    number,
    { resolve: (chunk: Float32Array) => void; reject: (error: Error) => void }
  >();
  let asked = 0;
  let isOver = false;
  const sizes = await new Promise<PolicySizes>((resolve, reject) => {
    port.addEventListener('close', () => {
      isOver = true;
      reject(ended());
      for (const each of waiting.values()) each.reject(ended());
      waiting.clear();
    });
    listen(port, (message: Reply) => {
      if ('sizes' in message) return resolve(message.sizes);
      const { id } = message;
      if ('chunk' in message) waiting.get(id)?.resolve(message.chunk);
      else waiting.get(id)?.reject(new Error(message.error));
      waiting.delete(id);
    });
  });
  return {
    ...sizes,
    act: (obs, pull) =>
      new Promise((resolve, reject) => {
        if (isOver) return reject(ended());
        waiting.set(asked, { resolve, reject });
        port.postMessage({ id: asked++, obs, pull } satisfies Request);
      }),
  };
}

function ended(): Error {
  return new Error('plannerAt: the thread at the other end of the port has ended');
}

/** Hears messages, which are those that the other function of this file sends. */
function listen(port: Port, hear: (message: never) => void): void {
  port.addEventListener('message', (event) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    if ('data' in event) hear(event.data as never);
  });
  port.start();
}
