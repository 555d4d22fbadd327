import { createRequire } from 'node:module';

/**
 * Keeps TensorFlow's remarks about the processor off the terminal; its errors still appear. Must precede its loading.
 * On processors with AVX-512 VNNI it uses oneDNN's operations, and says so on whatever level. They are left out, as on other processors:
 * a graph of small products takes twice the processor time with them, and the gradients of a minibatch no less.
 */
export function silenceTensorFlow(): void {
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  process.env['TF_ENABLE_ONEDNN_OPTS'] ??= '0';
}

/**
 * tfjs-node 4.22 calls util.isNullOrUndefined, which warns since Node 22 and is gone since 23, and util.isArray, which warns since 22.
 * These do the same in silence. Must precede its first operation.
 */
export function mendTfjsNode(): void {
  const util: object = createRequire(import.meta.url)('node:util');
  Object.assign(util, {
    isArray: Array.isArray,
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
  });
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
