/** A function of a side. */
type Method = (...asked: never[]) => unknown;
/** A side whose members are all functions. */
export type Methods<Side> = Readonly<Record<keyof Side, Method>>;

/** Asks the other side of a conversation for one of its functions by name; bytes in what is asked are given away. */
export type Ask<Theirs extends Methods<Theirs>> = <Name extends keyof Theirs & string>(
  name: Name,
  ...asked: Parameters<Theirs[Name]>
) => Promise<Awaited<ReturnType<Theirs[Name]>>>;

/** One end of a thread. */
export interface End {
  /** Sends a message and gives buffers away. */
  readonly send: (message: unknown, buffers: readonly ArrayBuffer[]) => void;
  /** Has a listener hear the messages of the other end. */
  readonly hear: (listener: (message: unknown) => void) => void;
}

/** One side of a conversation. */
export interface Conversation<Theirs extends Methods<Theirs>> {
  readonly ask: Ask<Theirs>;
  /** Rejects what is open and all that is asked from now on. */
  readonly end: (error: Error) => void;
}

type Message =
  | { readonly id: number; readonly name: string; readonly asked: readonly never[] }
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string };

interface Open {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/** Questions and answers between two threads, both ways; whatever bytes are sent are given away, so they must be the sender's own. */
export function converse<Theirs extends Methods<Theirs>, Ours extends Methods<Ours>>(
  { send: post, hear }: End,
  ours: () => Ours,
): Conversation<Theirs> {
  const open = new Map<number, Open>();
  let count = 0;
  let ended: Error | undefined;
  const send = (message: Message): void => post(message, buffersIn(message));

  async function answer(id: number, name: string, asked: readonly never[]): Promise<void> {
    try {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `ask` takes no other names
      send({ id, value: await ours()[name as keyof Ours](...asked) });
    } catch (error) {
      send({ id, error: error instanceof Error ? error.message : String(error) });
    }
  }

  hear((heard) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the other end sends nothing else
    const message = heard as Message;
    if ('name' in message) return void answer(message.id, message.name, message.asked);
    const settle = open.get(message.id);
    open.delete(message.id);
    if ('error' in message) settle?.reject(new Error(message.error));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the function of that name returned
    else settle?.resolve(message.value as never);
  });

  return {
    ask: (name, ...asked) =>
      new Promise((resolve, reject) => {
        if (ended) return reject(ended);
        open.set(count, { resolve, reject });
        send({ id: count++, name, asked });
      }),
    end: (error) => {
      ended ??= error;
      for (const { reject } of open.values()) reject(ended);
      open.clear();
    },
  };
}

/** The buffers of all bytes in a message. */
function buffersIn(value: unknown): ArrayBuffer[] {
  if (value instanceof Uint8Array) return value.buffer instanceof ArrayBuffer ? [value.buffer] : [];
  if (typeof value !== 'object' || value === null) return [];
  return [...new Set(Object.values(value).flatMap(buffersIn))];
}
