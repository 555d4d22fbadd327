import * as tf from '@tensorflow/tfjs';

/**
 * A nested container's shape as text, its tensors appended to `tensors` in order of appearance: containers with equal text
 * differ in nothing but the values of their tensors.
 */
export function describe(container: unknown, tensors: tf.Tensor[]): string {
  if (container instanceof tf.Tensor) {
    tensors.push(container);
    return `${container.dtype}[${container.shape.join()}]`;
  }
  if (Array.isArray(container)) return `[${container.map((item) => describe(item, tensors)).join()}]`;
  if (isPlainObject(container)) {
    const entries = Object.entries(container);
    return `{${entries.map(([name, item]) => `${JSON.stringify(name)}:${describe(item, tensors)}`).join()}}`;
  }
  if (typeof container === 'string') return JSON.stringify(container);
  if (Object.is(container, -0)) return '-0';
  if (container === null || ['number', 'boolean', 'undefined'].includes(typeof container)) {
    return String(container);
  }
  throw new TypeError(
    `compile: got ${kind(container)}, wanted tensors, numbers, strings and booleans in arrays and plain objects`,
  );
}

/** The same container with other tensors, asked for in the order in which describe lists them. */
export function mapTensors<Container>(container: Container, f: (tensor: tf.Tensor) => tf.Tensor): Container;
export function mapTensors(container: unknown, f: (tensor: tf.Tensor) => tf.Tensor): unknown {
  if (container instanceof tf.Tensor) return f(container);
  if (Array.isArray(container)) return container.map((item) => mapTensors(item, f));
  if (!isPlainObject(container)) return container;
  return Object.fromEntries(Object.entries(container).map(([name, item]) => [name, mapTensors(item, f)]));
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function kind(value: unknown): string {
  return typeof value === 'object' ? `an object of class ${value?.constructor.name}` : `a ${typeof value}`;
}
