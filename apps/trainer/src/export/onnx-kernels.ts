import * as tf from '@tensorflow/tfjs';

import { convolutions } from './onnx-convolutions.ts';
import { type Call, flag, integer, integers, type OnnxKernel, registerKernels } from './onnx-kernel.ts';
import { elementTypes } from './onnx-proto.ts';
import { batch, elementTypeOf } from './onnx-tracer.ts';

/** One operation of one result of the same shape. */
const unary =
  (op: string): OnnxKernel =>
  ({ input, tracer }) => {
    const x = input('x');
    return tracer.emit(op, [x], x);
  };

const binary =
  (op: string, dtype?: tf.DataType): OnnxKernel =>
  ({ input, tracer }) => {
    const [a, b] = [input('a'), input('b')];
    const shape = tf.backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
    return tracer.emit(op, [a, b], { shape, dtype: dtype ?? a.dtype });
  };

const kernels: Readonly<Record<string, OnnxKernel>> = {
  Add: binary('Add'),
  Sub: binary('Sub'),
  Multiply: binary('Mul'),
  RealDiv: binary('Div'),
  Less: binary('Less', 'bool'),
  Identity: unary('Identity'),
  Relu: unary('Relu'),
  Elu: unary('Elu'),
  Softplus: unary('Softplus'),
  Tanh: unary('Tanh'),
  Erf: unary('Erf'),
  Sqrt: unary('Sqrt'),
  Sin: unary('Sin'),
  Cos: unary('Cos'),
  Square: ({ input, tracer }) => tracer.emit('Mul', [input('x'), input('x')], input('x')),
  Rsqrt: ({ input, tracer }) => {
    const x = input('x');
    return tracer.emit('Reciprocal', [tracer.emit('Sqrt', [x], x)], x);
  },
  Cast: ({ input, attrs, tracer }) => {
    const { shape } = input('x');
    const dtype = attrs['dtype'] === 'float32' ? 'float32' : 'int32';
    return tracer.emit('Cast', [input('x')], {
      shape,
      dtype,
      attributes: { to: elementTypes[elementTypeOf(dtype)] },
    });
  },
  ClipByValue: ({ input, attrs, tracer }) => {
    const [low, high] = ['clipValueMin', 'clipValueMax'].map((name) => tracer.float(Number(attrs[name])));
    return tracer.emit('Clip', [input('x'), low, high], input('x'));
  },
  BatchMatMul: matMul,
  Reshape: reshape,
  ExpandDims: ({ input, attrs, tracer }) => {
    const { shape, dtype } = input('input');
    const axis = integer(attrs['dim']);
    return tracer.emit('Unsqueeze', [input('input'), tracer.integers([axis])], {
      shape: shape.toSpliced(axis < 0 ? shape.length + 1 + axis : axis, 0, 1),
      dtype,
    });
  },
  Transpose: ({ input, attrs, tracer }) => {
    const { shape, dtype } = input('x');
    const perm = integers(attrs['perm']);
    return tracer.emit('Transpose', [input('x')], {
      shape: perm.map((axis) => shape[axis]),
      dtype,
      attributes: { perm },
    });
  },
  Concat: ({ inputs, attrs, tracer }) => {
    const [{ shape, dtype }] = inputs;
    const [axis] = tf.util.parseAxisParam(integer(attrs['axis']), shape);
    const size = inputs.reduce((sum, each) => sum + each.shape[axis], 0);
    return tracer.emit('Concat', inputs, { shape: shape.with(axis, size), dtype, attributes: { axis } });
  },
  SplitV: ({ input, attrs, tracer }) => {
    const { shape, dtype } = input('x');
    const [axis] = tf.util.parseAxisParam(integer(attrs['axis']), shape);
    const given = attrs['numOrSizeSplits'];
    const sizes =
      typeof given === 'number' ? Array<number>(given).fill(shape[axis] / given) : integers(given);
    return tracer.emitMany(
      'Split',
      [input('x'), tracer.integers(sizes)],
      sizes.map((size) => ({ shape: shape.with(axis, size), dtype, attributes: { axis } })),
    );
  },
  Unpack: ({ input, attrs, tracer }) => {
    const { shape, dtype } = input('value');
    const [axis] = tf.util.parseAxisParam(integer(attrs['axis']), shape);
    return Array.from({ length: shape[axis] }, (_, i) =>
      tracer.emit('Gather', [input('value'), tracer.integers([i], [])], {
        shape: shape.toSpliced(axis, 1),
        dtype,
        attributes: { axis },
      }),
    );
  },
  Tile: tile,
  Mean: ({ input, attrs, tracer }) => {
    const { shape, dtype } = input('x');
    const given = attrs['axis'];
    const axes = tf.util.parseAxisParam(typeof given === 'number' ? given : integers(given), shape);
    const keep = flag(attrs['keepDims']);
    return tracer.emit('ReduceMean', [input('x')], {
      shape: shape.flatMap((size, axis) => (axes.includes(axis) ? (keep ? [1] : []) : [size])),
      dtype,
      attributes: { axes, keepdims: Number(keep) },
    });
  },
  ...convolutions,
};

/** Lets the backend `onnx` write down the operations of the denoising networks. */
export function registerOnnxKernels(): void {
  registerKernels(kernels);
}

function matMul({ input, attrs, tracer }: Call): tf.TensorInfo {
  const sides = ['a', 'b'].map((name) => {
    const x = input(name);
    if (x.shape.length !== 2) throw new Error(`export: a product of [${x.shape.join()}], wanted matrices`);
    if (!flag(attrs[name === 'a' ? 'transposeA' : 'transposeB'])) return x;
    return tracer.emit('Transpose', [x], {
      shape: x.shape.toReversed(),
      dtype: x.dtype,
      attributes: { perm: [1, 0] },
    });
  });
  const [a, b] = sides;
  return tracer.emit('MatMul', [a, b], { shape: [a.shape[0], b.shape[1]], dtype: a.dtype });
}

function reshape({ input, attrs, tracer }: Call): tf.TensorInfo {
  const x = input('x');
  const shape = tf.util.inferFromImplicitShape(integers(attrs['shape']), tf.util.sizeFromShape(x.shape));
  // 0 keeps the size, by its name; that it is the number of rows cannot be inferred of a -1.
  const sizes = shape.map((size, axis) => (size !== batch ? size : x.shape[axis] === batch ? 0 : -1));
  return tracer.emit('Reshape', [x, tracer.integers(sizes)], { shape, dtype: x.dtype });
}

function tile({ input, attrs, tracer }: Call): tf.TensorInfo {
  const x = input('x');
  const reps = integers(attrs['reps']);
  return tracer.emit('Tile', [x, tracer.sizes(reps)], {
    shape: x.shape.map((size, axis) => size * reps[axis]),
    dtype: x.dtype,
  });
}
