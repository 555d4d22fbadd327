import type { LoggedRun, Logger, OpenLogger } from './logger.ts';
import { apart } from './apart.ts';

/** What everything that is told is told to. */
export type Loggers = Required<Omit<Logger, 'name'>>;

const told = ['scalars', 'text', 'image', 'file', 'close'] as const;

const seconds = 60;

/**
 * Opens loggers of others, which no run waits for.
 *
 * @throws Error naming one that is none, or that cannot begin; those before it are closed
 */
export async function openApart(run: LoggedRun, loggers: readonly OpenLogger[]): Promise<Logger[]> {
  const opened: Logger[] = [];
  try {
    for (const [i, open] of loggers.entries()) {
      const name = `logger ${open.name || i + 1}`;
      const logger = await within(Promise.resolve(open(run)), `${name}: its opening`);
      checkLogger(logger, name);
      opened.push(apart(logger, run.say));
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    await together(opened).close({ state: 'failed', why });
    throw error;
  }
  return opened;
}

/** Loggers as one, which tells them one after the other. */
export function together(loggers: readonly Logger[]): Loggers {
  const each = async (tell: (logger: Logger) => void | Promise<void>): Promise<void> => {
    for (const logger of loggers) await tell(logger);
  };
  return {
    scalars: (rows) => each((logger) => logger.scalars?.(rows)),
    text: (name, text, step) => each((logger) => logger.text?.(name, text, step)),
    image: (name, picture, step) => each((logger) => logger.image?.(name, picture, step)),
    file: (path) => each((logger) => logger.file?.(path)),
    close: async (ending) => {
      // A run is over, and whole without the last word about it.
      await Promise.allSettled(loggers.map(async (logger) => logger.close?.(ending)));
    },
  };
}

/** @throws Error naming what has not come about within a minute */
export async function within<Result>(coming: Promise<Result>, what: string): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`${what} has not returned within ${seconds} s`)),
      seconds * 1000,
    );
  });
  return Promise.race([coming, late]).finally(() => clearTimeout(timer));
}

/** @throws Error naming what is no logger */
function checkLogger(logger: unknown, name: string): asserts logger is Logger {
  const fields: Readonly<Record<string, unknown>> = typeof logger === 'object' ? { ...logger } : {};
  const wrong = told.find((field) => !['undefined', 'function'].includes(typeof fields[field]));
  if (typeof fields['name'] === 'string' && wrong === undefined && told.some((field) => field in fields))
    return;
  const found =
    wrong === undefined
      ? Object.keys(fields).join(', ') || String(logger)
      : `${wrong} as ${typeof fields[wrong]}`;
  throw new TypeError(
    `${name}: found ${found}, wanted an object with a name and some of the functions ${told.join(', ')}`,
  );
}
