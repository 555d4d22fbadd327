import { given, refuseGiven } from '../options/given.ts';
import type { SamplerOptions } from '../policy/sampler-options.ts';
import { plainLayers } from './import-network.ts';
import type { Weights } from './import-weights.ts';

/** What weights of an η do not tell. */
interface Known {
  readonly actionDim: number;
  readonly ddimSteps?: number | undefined;
  readonly eta?: number | undefined;
  readonly etaMin?: number | undefined;
  readonly etaMax?: number | undefined;
  readonly etaActivation?: SamplerOptions['etaActivation'];
}

/** What a checkpoint has of DDIM's η: options of a sampler, and the weights that go on with it. */
interface FoundEta {
  readonly options: SamplerOptions;
  readonly weights: Weights;
}

/**
 * The η of a checkpoint by its weights: a logit of one number is the number that the reference has it be, which does not train it
 * (EtaFixed); any other is one that is learned.
 *
 * Source: reference model/diffusion/eta.py
 *
 * @throws Error naming an option that is missing, or has no use
 */
export function etaOfWeights(weights: Weights, { actionDim, ddimSteps, eta, ...known }: Known): FoundEta {
  const names = ['etaMin', 'etaMax', 'etaActivation'];
  const [name] = Object.keys(weights);
  if (name === undefined) {
    refuseGiven({ ...known }, names, 'it left out: there are no weights of η');
    return { options: given({ eta }), weights };
  }
  if (ddimSteps === undefined)
    throw new Error(`found eta.${name}, wanted --ddim-steps as well: the policy was fine-tuned with DDIM`);
  const { etaMin, etaMax, etaActivation } = known;
  const range = given({ etaMin, etaMax });
  if ('eta_logit' in weights) {
    refuseGiven({ eta, etaActivation }, ['eta', 'etaActivation'], 'it left out: the weights tell η');
    const logits = Array.from(weights['eta_logit'].values(), Number);
    if (logits.length > 1) return { options: { learnEta: 'action', ...middle(range), ...range }, weights };
    const { etaMin: min, etaMax: max } = { etaMin: 0.1, etaMax: 1, ...range };
    return { options: { eta: ((Math.tanh(logits[0]) + 1) / 2) * (max - min) + min }, weights: {} };
  }
  const { hidden: etaHidden, output } = plainLayers(weights, 'mlp_res');
  const learnEta = output === actionDim && output > 1 ? 'state-action' : 'state';
  return { options: { learnEta, ...given({ eta, etaActivation }), ...range, etaHidden }, weights };
}

/** Where an η of logits begins says nothing once there are logits; within any range there is its middle. */
function middle({ etaMin = 0.1, etaMax = 1 }: SamplerOptions): SamplerOptions {
  return { eta: (etaMin + etaMax) / 2 };
}
