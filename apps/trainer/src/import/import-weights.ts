import { headerOf, parseTensors, readTorch, type TorchTensor } from '@dppo/checkpoint';
import { readNpz } from '@dppo/data';
import { readBytes } from '@dppo/files';
import * as tf from '@tensorflow/tfjs';

import { members } from '../runs/members.ts';

/** A weight that is not a tensor yet. */
interface Weight {
  readonly shape: readonly number[];
  /** Whether its numbers are of float64, of which float32 is kept. */
  readonly wide: boolean;
  readonly values: () => ArrayLike<number | bigint>;
}

/** Weights by the names of the network's own state_dict. */
export type Weights = Readonly<Record<string, Weight>>;

/** What the reference keeps of a policy. */
export interface ReferenceWeights {
  readonly actor: Weights;
  /** Of a fine-tuned policy: the weights of the denoising steps before the fine-tuned ones. */
  readonly frozen?: Weights;
  /** Of DDIM: the weights of its η; none where it has none. */
  readonly eta: Weights;
  /** Of a fine-tuned flow: all that its noise comes from, by ReinFlow's names; absent where it is no such flow. */
  readonly noise?: Weights;
  /** Names of what is not taken. */
  readonly leftOut: readonly string[];
}

/** Where trainers keep a moving average of the weights, and the weights, the one to be taken first. */
const places = ['ema.ema_model.', 'ema_model.', 'ema.', 'model.', ''];

/**
 * The networks in a checkpoint of the reference, the moving average where there is one.
 *
 * Source: reference agent/pretrain/train_agent.py:146-157 ({epoch, model, ema}, network.*) and
 * agent/finetune/train_agent.py:124-134 ({itr, model}, actor.*, actor_ft.*, eta.*, critic.*); ReinFlow model/flow/ft_ppo/ppoflow.py:100-150
 * (actor_old.*, actor_ft.policy.*, actor_ft.explore_noise_net.*, critic.*)
 *
 * @throws Error naming the file where it is damaged, or holds no such network
 */
export async function readReference(path: string): Promise<ReferenceWeights> {
  const all = unwrapped(path, await weightsIn(path));
  const place = places.find((prefix) => isFull(members(all, prefix))) ?? '';
  const saved = members(all, place);
  const [network, actor, tuned] = ['network.', 'actor.', 'actor_ft.'].map((prefix) => members(saved, prefix));
  const velocity = members(tuned, 'policy.');
  if (isFull(velocity)) {
    const old = members(saved, 'actor_old.');
    const noise = Object.fromEntries(Object.entries(tuned).filter(([name]) => !name.startsWith('policy.')));
    const flow = { actor: velocity, noise, ...(isFull(old) && { frozen: old }) };
    return { ...flow, eta: {}, leftOut: besides(all, [velocity, noise, old]) };
  }
  const base = [actor, network, saved].find(isFull);
  if (!base) throw new Error(`${path}: no weights in it`);
  const eta = base === saved ? {} : members(saved, 'eta.');
  const leftOut = besides(all, [base, tuned, eta]);
  return isFull(tuned) ? { actor: tuned, frozen: base, eta, leftOut } : { actor: base, eta, leftOut };
}

/** Names of what is in none of the `parts`. */
function besides(all: Weights, parts: readonly Weights[]): string[] {
  const taken = new Set(parts.flatMap((weights) => Object.values(weights)));
  return Object.keys(all).filter((name) => !taken.has(all[name]));
}

/** What parallel, compiled, sharded and averaged modules and trainers put into the names of a state_dict; no name of our networks. */
const wrappers = new Set([
  'module',
  '_orig_mod',
  '_forward_module',
  '_fsdp_wrapped_module',
  '_checkpoint_wrapped_module',
  'state_dict',
]);

/** Weights by their names without the wrappers', wherever these stand. */
function unwrapped(path: string, weights: Weights): Weights {
  const named = Object.entries(weights).map(([name, weight]) => {
    const parts = name.split('.').filter((part) => !wrappers.has(part));
    return [parts.join('.'), weight, name] as const;
  });
  const names = new Map<string, string>();
  for (const [name, , whole] of named) {
    const other = names.get(name);
    if (other !== undefined) throw new Error(`${path}: found both ${other} and ${whole}, wanted one of them`);
    names.set(name, whole);
  }
  return Object.fromEntries(named);
}

/**
 * The weights in a file by their names there: of .npz, .safetensors or PyTorch.
 *
 * @throws Error naming the file where it is damaged, or a policy of ours
 */
export async function weightsIn(path: string): Promise<Weights> {
  if (path.endsWith('.npz')) {
    const arrays = Object.entries(await readNpz(path));
    return Object.fromEntries(
      arrays.map(([name, { shape, data }]) => [
        name,
        { shape, wide: data instanceof Float64Array, values: () => data },
      ]),
    );
  }
  if (path.endsWith('.safetensors')) {
    const bytes = await readBytes(path);
    const { entries } = headerOf(bytes, path);
    const wide = new Set(entries.flatMap(({ name, dtype }) => (dtype === 'F64' ? [name] : [])));
    const { tensors, metadata } = parseTensors(bytes, path);
    const names = Object.keys(tensors);
    if (
      'dppo' in metadata &&
      names.some((name) => name.startsWith('actor.')) &&
      !names.some((name) => name.startsWith('actor_ft.'))
    ) {
      tf.dispose(tensors);
      throw new Error(`${path}: a policy of dppo already, wanted weights of another program`);
    }
    const weights = Object.entries(tensors).map(([name, tensor]) => {
      const [shape, data] = [tensor.shape, tensor.dataSync()];
      return [name, { shape, wide: wide.has(name), values: () => data }];
    });
    tf.dispose(tensors);
    return Object.fromEntries(weights);
  }
  return weightsOfTorch(await readTorch(path));
}

/** Tensors of a PyTorch file as weights. */
export function weightsOfTorch(tensors: ReadonlyMap<string, TorchTensor>): Weights {
  return Object.fromEntries(
    Array.from(tensors, ([name, { dtype, shape, values }]) => [
      name,
      { shape, wide: dtype === 'float64', values },
    ]),
  );
}

function isFull(weights: Weights): boolean {
  return Object.keys(weights).length > 0;
}
