import { type FlowSpec, readHead, type SteppedSpec } from '@dppo/policy/head';

import { checkHeld, heldBy } from '../algorithms/held-memory.ts';
import { machineCode, pretrainingWork } from '../algorithms/machine-code.ts';
import { checkTrainable } from '../algorithms/trainable.ts';
import { actingSpec } from '../policy/acting-spec.ts';
import { checkApart, checkOut, checkOutFolder } from '../runs/check-out.ts';
import { policyIn, steppedOf } from '../runs/policy-in.ts';
import { checkTask } from '../tasks/check-task.ts';
import type { DistilOptions } from './distil-options.ts';

/** All that a flow is distilled by. */
export interface CheckedDistilling {
  readonly options: DistilOptions & { readonly jit: boolean };
  /** What the policy is that is distilled. */
  readonly teacher: SteppedSpec;
  /** What the flow is. */
  readonly spec: FlowSpec;
}

/** @throws Error naming the policy that cannot be distilled, or the option that does not fit it */
export async function checkDistil(options: DistilOptions): Promise<CheckedDistilling> {
  const policy = policyIn(options.policy);
  const head = await readHead(policy);
  const teacher = steppedOf(policy, actingSpec(head, { ddimSteps: options.ddimSteps }));
  const { firstAction = 0 } = teacher.task;
  if (firstAction > 0) {
    throw new Error(
      `--policy ${policy}: executes its chunks from action ${firstAction} on, wanted one whose chunks begin with what is executed`,
    );
  }
  await checkTask(policy, teacher, options.envTimeout);
  if (options.resume === undefined) {
    checkOut(options.out, '--out');
    checkApart(options.out, options.runDir);
    if (options.runDir !== undefined && options.autoResume !== true)
      checkOutFolder(options.runDir, '--run-dir');
  }
  const spec = flowLike(teacher, options.denoisingSteps);
  checkTrainable(options.backend, spec.network);
  const pairs = Math.ceil(options.envSteps / teacher.task.actSteps) * options.chunksPerObs;
  checkHeld([
    ...heldBy(spec.network, { copies: 4, rows: rowsAtOnce(options) }),
    heldPairs(spec, pairs, options),
  ]);
  const jit = machineCode(options.jit, spec.network, pretrainingWork(spec, pairs, options));
  return { options: { ...options, policy, jit }, teacher, spec };
}

/** A flow that acts where a policy does, by a network of the same layers; it is not clamped on the way, where its paths are straight. */
function flowLike({ network, bounds, task }: SteppedSpec, steps: number): FlowSpec {
  // Velocities are not within ±1.
  const layers = network.kind === 'mlp' ? { ...network, outActivation: 'identity' as const } : network;
  return { network: layers, sampler: { kind: 'flow', steps, clipNoise: 3, clipAction: 1 }, bounds, task };
}

function rowsAtOnce({ batchSize }: DistilOptions) {
  const what = 'what the layers of the network put out for so many chunks';
  return { option: `--batch-size ${batchSize}`, what, count: batchSize };
}

function heldPairs(
  { network: { condSteps, obsDim, horizonSteps, actionDim } }: FlowSpec,
  pairs: number,
  { envSteps, chunksPerObs }: DistilOptions,
) {
  const bytes = 4 * pairs * (2 * horizonSteps * actionDim + (condSteps * obsDim) / chunksPerObs);
  return { option: `--env-steps ${envSteps}`, what: 'observations, noise and chunks', bytes };
}
