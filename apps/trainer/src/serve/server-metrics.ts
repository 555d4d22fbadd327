import { Counter, Gauge, Histogram, Registry, Summary } from 'prom-client';

import { batchSizes } from './batch-sizes.ts';

/** What a server counts. */
export interface ServerMetrics {
  /** An answer, or a refusal, by its status. */
  counted(transport: Transport, status: number): void;
  /** How long a question took from its arrival to its answer, seconds. */
  took(transport: Transport, seconds: number): void;
  /** A batch that was computed. */
  batch(size: number): void;
  /** As Prometheus reads it. */
  text(): Promise<string>;
}

export type Transport = 'http' | 'websocket';

/** Counts of a server whose batches have at most `maxBatch` observations; the functions say how it stands when it is asked. */
export function serverMetrics(
  maxBatch: number,
  { waiting, sockets }: { readonly waiting: () => number; readonly sockets: () => number },
): ServerMetrics {
  const register = new Registry();
  const registers = [register];
  const answers = new Counter({
    name: 'dppo_answers_total',
    help: 'Answers and refusals by their status.',
    labelNames: ['transport', 'status'],
    registers,
  });
  const seconds = new Summary({
    name: 'dppo_answer_seconds',
    help: 'From the arrival of a question to its chunks, over the last ten minutes.',
    labelNames: ['transport'],
    percentiles: [0.5, 0.99],
    maxAgeSeconds: 600,
    ageBuckets: 5,
    registers,
  });
  const sizes = new Histogram({
    name: 'dppo_batch_observations',
    help: 'Observations that were computed together.',
    buckets: [...batchSizes(maxBatch)],
    registers,
  });
  register.registerMetric(gauge('dppo_waiting_observations', 'Observations that wait for a batch.', waiting));
  register.registerMetric(gauge('dppo_websockets', 'WebSockets that are open.', sockets));
  return {
    counted: (transport, status) => answers.inc({ transport, status }),
    took: (transport, time) => seconds.observe({ transport }, time),
    batch: (size) => sizes.observe(size),
    text: () => register.metrics(),
  };
}

/** A number as it stands when it is asked for. */
function gauge(name: string, help: string, value: () => number): Gauge {
  return new Gauge({
    name,
    help,
    registers: [],
    collect() {
      this.set(value());
    },
  });
}
