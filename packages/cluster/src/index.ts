export type { Cluster, Compute, Digest, MapOptions, Task, WorkerInfo } from './cluster.ts';
export { digestOf } from './digest-of.ts';
export { inProcess } from './in-process.ts';
export { type Admission, type NatsClusterOptions, natsCluster } from './nats-cluster.ts';
export { type NatsConfigOptions, type RunUsers, type UserKey, natsConfig, userKey } from './nats-config.ts';
export { type ServeOptions, serve } from './serve.ts';
export type { ServerOptions } from './server.ts';
