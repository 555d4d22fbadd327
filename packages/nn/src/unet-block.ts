import type * as tf from '@tensorflow/tfjs';
import { activate, type Activation } from './activation.ts';
import { conv1d, groupNorm } from './conv.ts';
import { linear } from './layers.ts';
import { convStarts, linearStarts, normStarts, type Starts } from './starts.ts';

/** What the blocks of one U-Net share. */
export interface BlockStyle {
  readonly kernel: number;
  readonly groups: number | undefined;
  readonly epsilon: number;
  readonly activation: Activation;
  /** Size of the conditioning vector, time and observation. */
  readonly condDim: number;
  /** Linear layers of each block's encoder of the condition. */
  readonly encoderLayers: 1 | 3;
  /** Channels that the condition gives each channel: 1, an offset, or 2, scale and offset. */
  readonly modulation: 1 | 2;
}

/** A part of the U-Net. */
export interface Block {
  readonly starts: Starts;
  /** x [B, L, input], condition [B, condDim] to [B, L, output]. */
  apply(params: tf.NamedTensorMap, x: tf.Tensor3D, condition: tf.Tensor2D): tf.Tensor3D;
}

interface Channels {
  readonly input: number;
  readonly output: number;
}

/**
 * Convolution, group norm (if groups), activation.
 *
 * @see model/diffusion/modules.py:14-95 of the reference, Conv1dBlock
 */
export function convBlock(name: string, { input, output }: Channels, style: BlockStyle): Block {
  const { kernel, groups, epsilon, activation } = style;
  return {
    starts: {
      ...convStarts(`${name}.block.0`, input, output, kernel),
      ...(groups === undefined ? {} : normStarts(`${name}.block.2`, output)),
    },
    apply: (params, x) => {
      const y = conv1d(params, `${name}.block.0`, x);
      const scaled = groups === undefined ? y : groupNorm(params, `${name}.block.2`, y, { groups, epsilon });
      return activate(scaled, activation);
    },
  };
}

/**
 * Two convolution blocks with the condition between them and a shortcut around them:
 * x ↦ C₁(s ⊙ C₀(x) + o) + R(x), where the encoder makes scale s (1 without) and offset o of the condition and R is a
 * convolution of kernel 1 where the channels change.
 *
 * @see model/diffusion/unet.py of the reference, ResidualBlock1D
 */
export function residualBlock(name: string, channels: Channels, style: BlockStyle): Block {
  const { input, output } = channels;
  const before = convBlock(`${name}.blocks.0`, channels, style);
  const after = convBlock(`${name}.blocks.1`, { input: output, output }, style);
  const encoder = conditionEncoder(`${name}.cond_encoder`, style.modulation * output, style);
  const shortcut = `${name}.residual_conv`;
  return {
    starts: {
      ...before.starts,
      ...after.starts,
      ...encoder.starts,
      ...(input === output ? {} : convStarts(shortcut, input, output, 1)),
    },
    apply: (params, x, condition) => {
      const h = before.apply(params, x, condition);
      const encoded = encoder.apply(params, condition).reshape<tf.Tensor3D>([-1, style.modulation, output]);
      const y = after.apply(params, modulate(h, encoded), condition);
      return y.add(input === output ? x : conv1d(params, shortcut, x));
    },
  };
}

/** h + offset for one encoded row, scale ⊙ h + offset for two; h [B, L, C], encoded [B, 1 or 2, C]. */
function modulate(h: tf.Tensor3D, encoded: tf.Tensor3D): tf.Tensor3D {
  if (encoded.shape[1] === 1) return h.add(encoded);
  const [scale, offset] = encoded.split(2, 1);
  return h.mul(scale).add(offset);
}

function conditionEncoder(name: string, size: number, { condDim, encoderLayers, activation }: BlockStyle) {
  if (encoderLayers === 1) {
    return {
      starts: linearStarts(`${name}.1`, condDim, size),
      apply: (params: tf.NamedTensorMap, x: tf.Tensor2D) =>
        linear(params, `${name}.1`, activate(x, activation)),
    };
  }
  return {
    starts: {
      ...linearStarts(`${name}.0`, condDim, size),
      ...linearStarts(`${name}.2`, size, size),
      ...linearStarts(`${name}.4`, size, size),
    },
    apply: (params: tf.NamedTensorMap, x: tf.Tensor2D) => {
      const first = activate(linear(params, `${name}.0`, x), activation);
      return linear(params, `${name}.4`, activate(linear(params, `${name}.2`, first), activation));
    },
  };
}
