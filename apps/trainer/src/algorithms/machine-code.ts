import { type DenoiserSpec, stepsOf, type SteppedSpec } from '@dppo/policy/head';

import type { FinetuneOptions } from '../finetune/finetune-options.ts';
import { networkSize } from '../policy/network-size.ts';
import type { PretrainOptions } from '../pretrain/pretrain-options.ts';
import { pathSize } from './path-size.ts';

/** What a training computes, as its options announce it. */
export interface Work {
  /** how often graphs are run */
  readonly calls: number;
  /** floating-point operations in all */
  readonly operations: number;
}

/**
 * What machine code of an MLP costs to make and what it saves, in seconds of processor time, as measured on two cores of an x86-64 server with
 * other work on them (TensorFlow, float32; hidden layers; demonstrations of 100,134 steps in batches of 128; fine-tuning in
 * iterations of 10 environments × 100 chunks, 10 of 20 denoising steps, 5 epochs in pieces of 1000):
 *
 * | training | hidden  | plain              | machine code | making | breaks even after |
 * | -------- | ------- | ------------------ | ------------ | ------ | ----------------- |
 * | pretrain | 3 × 64  | 1.39 an epoch      | 0.59         | 6.6    | 8 epochs          |
 * | pretrain | 3 × 512 | 5.35 an epoch      | 3.25         | 8.1    | 4 epochs          |
 * | finetune | 3 × 64  | 0.76 an iteration  | 0.65         | 8.8    | 80 iterations     |
 * | finetune | 3 × 512 | 2.65 an iteration  | 2.03         | 9.9    | 16 iterations     |
 */
const seconds = { making: 8, ofCall: 0.8e-3, ofOperation: 3e-12 };

/**
 * `--jit` as given, or whether machine code saves more than its making costs: by the work, not by a clock, so that runs repeat.
 *
 * Of a U-Net none is made: what XLA saves of a small one its making eats up, and larger ones it convolves several times more slowly
 * (on the same machine, per call; chunks of 4 actions for the small one, of 16 for the large):
 *
 * | channels     | graph                  | plain | machine code | making |
 * | ------------ | ---------------------- | ----- | ------------ | ------ |
 * | 16, 32       | gradient of 128 chunks | 0.017 | 0.014        | 8      |
 * | 64, 128, 256 | gradient of 128 chunks | 0.78  | 2.8          | 14     |
 * | 64, 128, 256 | 5 steps of 64 chunks   | 0.28  | 3.2          | 13     |
 */
export function machineCode(
  jit: 'auto' | boolean,
  network: DenoiserSpec,
  { calls, operations }: Work,
): boolean {
  const saved = calls * seconds.ofCall + operations * seconds.ofOperation;
  return jit === 'auto' ? network.kind === 'mlp' && saved > seconds.making : jit;
}

/** Of a pre-training on so many steps of demonstrations: each product of the network is two operations forwards and four backwards. */
export function pretrainingWork(
  { network }: Pick<SteppedSpec, 'network'>,
  rows: number,
  { epochs, batchSize }: Pick<PretrainOptions, 'epochs' | 'batchSize'>,
): Work {
  return {
    calls: epochs * Math.ceil(rows / batchSize),
    operations: 6 * networkSize(network).products * rows * epochs,
  };
}

/** Of a fine-tuning: chunks of all steps, then updates on samples of those that are tuned, in pieces. */
export function finetuningWork(
  { network, sampler }: SteppedSpec,
  { iterations, steps, nEnvs, updateEpochs, microBatchSize }: FinetuneOptions,
): Work {
  const { states, samples } = pathSize(sampler);
  const chunks = steps * nEnvs;
  const [updated, evaluated] = [samples, states - 1].map((each) => chunks * each * updateEpochs);
  return {
    calls: iterations * (steps + Math.ceil(updated / microBatchSize)),
    operations: iterations * networkSize(network).products * (2 * stepsOf(sampler) * chunks + 6 * evaluated),
  };
}
