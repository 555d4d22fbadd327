import { createUser } from '@nats-io/nkeys';

import { type Role, namesOf } from './names.ts';

/** A key of a user of a NATS server. */
export interface UserKey {
  /** What the server knows it by, `U…`. */
  readonly user: string;
  /** What proves it, `SU…`: a secret, and `seed` of `natsCluster` and `serve`. */
  readonly seed: string;
}

/** A fresh key. */
export function userKey(): UserKey {
  const pair = createUser();
  return { user: pair.getPublicKey(), seed: new TextDecoder().decode(pair.getSeed()) };
}

/** Who may take which part in a run. */
export interface RunUsers extends Readonly<Record<Role, string>> {
  /** The name of the run. */
  readonly run: string;
}

/** What a server's configuration says. */
export interface NatsConfigOptions {
  /** HOST:PORT that it listens on. */
  readonly listen: string;
  /** Folder of what it keeps. */
  readonly store: string;
  /** Paths of its certificate and of the certificate's key; plain text without. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Users by their public keys; nobody else may connect. */
  readonly runs: readonly RunUsers[];
}

/**
 * The text of a configuration for `nats-server -c FILE`, in which a run's learner may share bytes and answer, and its workers may ask,
 * read shared bytes and hear answers: neither do anything else, nor anything of another run.
 *
 * @throws RangeError where the name of a run is none
 */
export function natsConfig({ listen, store, tls, runs }: NatsConfigOptions): string {
  const users = runs.flatMap(({ run, ...keys }) =>
    roles.map((role) => {
      const { publish, subscribe } = leave(role, run);
      const permissions = `{ publish: ${JSON.stringify(publish)}, subscribe: ${JSON.stringify(subscribe)} }`;
      return `    { nkey: ${JSON.stringify(keys[role])}, permissions: ${permissions} }`;
    }),
  );
  const lines = [
    `listen: ${JSON.stringify(listen)}`,
    `jetstream { store_dir: ${JSON.stringify(store)} }`,
    ...(tls ? [`tls { cert_file: ${JSON.stringify(tls.cert)}, key_file: ${JSON.stringify(tls.key)} }`] : []),
    'authorization {',
    '  users: [',
    ...users,
    '  ]',
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

const roles: readonly Role[] = ['learner', 'worker'];

function leave(role: Role, run: string): { readonly publish: string[]; readonly subscribe: string[] } {
  const { stream, allShared, asked, pieces, learner, said, inbox } = namesOf(run);
  const [learners, workers] = roles.map((each) => `${inbox(each)}.>`);
  const api = ['CREATE', 'PURGE', 'DELETE'].map((verb) => `$JS.API.STREAM.${verb}.${stream}`);
  return {
    learner: {
      publish: [allShared, learner, said, learners, workers, ...api],
      subscribe: [asked('*'), pieces('>'), learner, learners],
    },
    worker: {
      publish: [asked('*'), pieces('>'), learners, `$JS.API.DIRECT.GET.${stream}.>`],
      subscribe: [said, workers],
    },
  }[role];
}
