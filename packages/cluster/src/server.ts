import { namesOf } from './names.ts';

/** How a run's server is reached. */
export interface ServerOptions {
  /** The run's name, the same for its learner and its workers: letters, digits, - and _. */
  readonly run: string;
  /** Seed of an nkey (`SU…`); none where the server asks for no credentials. */
  readonly seed?: string | undefined;
  /** Path of a file with the certificate of the authority that signed the server's; those that Node.js trusts by default. */
  readonly ca?: string | undefined;
  /** Whether `nats://`, which anyone on the way can read and change, may go to another machine. */
  readonly insecure?: boolean | undefined;
  /** seconds without the server after which it counts as gone for good */
  readonly timeout?: number | undefined;
}

/** What a thread needs in order to connect. */
export interface Server {
  /** As errors name it. */
  readonly url: string;
  readonly secure: boolean;
  readonly run: string;
  readonly seed: string | undefined;
  readonly ca: string | undefined;
  /** seconds */
  readonly timeout: number;
}

/**
 * What a URL and options say of a server.
 *
 * @throws RangeError of `who` where the URL is none of `nats://HOST:PORT` and `tls://HOST:PORT`, has a password, or is plain text to
 * another machine, and where an option is out of its range
 */
export function serverOf(
  who: string,
  url: string,
  { run, seed, ca, insecure = false, timeout = 600 }: ServerOptions,
): Server {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.username || parsed?.password) {
    throw new RangeError(
      `${who}: a URL with credentials, which lists of processes show; expected them as \`seed\``,
    );
  }
  if (
    !parsed ||
    !/^(nats|tls):$/.test(parsed.protocol) ||
    parsed.hostname === '' ||
    !/^\/?$/.test(parsed.pathname)
  ) {
    throw new RangeError(
      `${who}: ${JSON.stringify(url)}, expected tls://HOST:PORT, or nats://HOST:PORT on one machine`,
    );
  }
  const secure = parsed.protocol === 'tls:';
  if (!secure && !insecure && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(parsed.hostname)) {
    throw new RangeError(
      `${who}: ${url} is plain text to another machine; expected tls://, or \`insecure\` to allow it`,
    );
  }
  if (!(timeout > 0 && timeout <= 1e6)) {
    throw new RangeError(`${who}: timeout ${timeout}, expected seconds above 0 and at most 1e6`);
  }
  if (seed !== undefined && !/^SU[A-Z2-7]{56}$/.test(seed)) {
    throw new RangeError(
      `${who}: \`seed\` is no seed of an nkey of a user, expected SU and 56 letters and digits`,
    );
  }
  namesOf(run);
  return {
    url: `${parsed.protocol}//${parsed.hostname}:${parsed.port || '4222'}`,
    secure,
    run,
    seed,
    ca,
    timeout,
  };
}
