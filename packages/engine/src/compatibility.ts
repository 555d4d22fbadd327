import { createRequire } from 'node:module';

/** Keeps TensorFlow's remarks about the processor off the terminal; its errors still appear. Must precede its loading. */
export function silenceTensorFlow(): void {
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
}

/** tfjs-node 4.22 calls util.isNullOrUndefined, which Node 23 removed. Must precede tfjs-node's loading. */
export function mendTfjsNode(): void {
  const util: { isNullOrUndefined?: (value: unknown) => boolean } = createRequire(import.meta.url)(
    'node:util',
  );
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
}

/**
 * Lets TensorFlow make machine code of the graphs that ask for it, on processors too, and run graphs on the thread that calls them:
 * operations that run one after the other gain nothing from being handed to threads, and matrix products divide themselves.
 * (TensorFlow 2.21 takes a negative number so.) Must precede its loading.
 */
export function tuneGraphs(): void {
  process.env['TF_XLA_FLAGS'] ??= '--tf_xla_auto_jit=2 --tf_xla_cpu_global_jit';
  process.env['TF_NUM_INTEROP_THREADS'] ??= '-1';
}

/**
 * Has XLA order the operations of machine code for little memory instead of for many threads, which is up to a fifth faster where
 * one follows from the other. Must precede the first machine code; other versions may not know the flag, and end the process.
 */
export function tuneMachineCode(tensorflow: string): void {
  if (tensorflow === '2.21.0') {
    process.env['XLA_FLAGS'] ??= '--xla_cpu_enable_concurrency_optimized_scheduler=false';
  }
}
