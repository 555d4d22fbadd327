import * as tf from '@tensorflow/tfjs';

/**
 * The value of a scalar loss, whatever else `f` returns, and the gradients of the loss by `params`.
 *
 * ∂loss/∂params, each shaped as its parameter
 *
 * Parameters that the loss does not depend on are absent from `gradients`. Gradients do not flow through what `f` returns
 * beside the loss. What `f` throws passes through, and nothing that was computed until then is left behind.
 *
 * @throws RangeError where the loss is no scalar or there are no parameters.
 */
export function differentiate<Aux extends tf.TensorContainerObject>(
  f: (params: tf.NamedTensorMap) => { readonly loss: tf.Scalar } & Aux,
  params: tf.NamedTensorMap,
): { loss: tf.Scalar; gradients: tf.NamedTensorMap } & Aux {
  const names = Object.keys(params);
  if (names.length === 0) throw new RangeError('differentiate: no parameters, wanted at least one');
  // What `f` makes beside its loss would end with the engine's own scope: copies (of references, not of data) outlive it.
  const kept: ({ loss: tf.Scalar } & Aux)[] = [];
  const forward = (): tf.Scalar => {
    const result = f(params);
    const { loss } = result;
    if (loss.rank !== 0)
      throw new RangeError(`differentiate: loss [${loss.shape.join(', ')}], wanted a scalar`);
    kept.push(mapTensors(result, (tensor) => tf.keep(tensor.clone())));
    return loss;
  };
  try {
    return tf.tidy(() => {
      const xs = names.map((name) => params[name]);
      const { grads } = tf.engine().gradients(forward, xs, undefined, true);
      const gradients: tf.NamedTensorMap = {};
      for (const [i, name] of names.entries()) {
        if (grads[i] !== undefined) gradients[name] = grads[i];
      }
      return { ...mapTensors(kept[0], (tensor) => tensor.clone()), gradients };
    });
  } catch (error) {
    disposeTape();
    throw error;
  } finally {
    tf.dispose(kept);
  }
}

/** What TensorFlow.js saved for a backward pass that never came; it disposes of that itself only at the pass's end. */
function disposeTape(): void {
  const { state } = tf.engine();
  // Within an outer gradient the tape is that one's, which may go on.
  if (state.gradientDepth > 0) return;
  for (const { saved } of state.activeTape ?? []) tf.dispose(saved);
}

function mapTensors<C extends tf.TensorContainer>(container: C, f: (tensor: tf.Tensor) => tf.Tensor): C {
  const mapped = (each: tf.TensorContainer): tf.TensorContainer => {
    if (each instanceof tf.Tensor) return f(each);
    if (Array.isArray(each)) return each.map(mapped);
    if (typeof each !== 'object' || ArrayBuffer.isView(each)) return each;
    return Object.fromEntries(Object.entries(each).map(([name, inner]) => [name, mapped(inner)]));
  };
  // The same containers around tensors of the same ranks, which the type of `mapped` cannot say.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return mapped(container) as C;
}
