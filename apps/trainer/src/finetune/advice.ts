import type { Metrics } from '@dppo/agent';
import type { EtaSpec } from '@dppo/policy/head';

interface Symptom {
  readonly sentence: string;
  readonly shown: (metrics: Metrics) => boolean;
}

const percent = (value: number): string => `${(value * 100).toFixed(0)} %`;
/** Where the clip fraction of an update that neither stands still nor jumps lies; the paper aims at 10–20 %. */
const [least, most] = [0.02, 0.3];
/** Ten times what PPO usually aims at, nats. */
const largeKl = 0.1;
/** Of observations normalised to [−1, 1]. */
const [far, muchOutside] = [1.5, 0.2];

/**
 * What to try where an iteration's metrics are out of the ordinary: a sentence each, said again only after the symptom was
 * gone.
 */
export function adviser(
  { nCriticWarmupItr }: { readonly nCriticWarmupItr: number },
  eta?: EtaSpec,
): (metrics: Metrics) => string[] {
  const learning = (metrics: Metrics): boolean => metrics['train/iteration'] > nCriticWarmupItr;
  const symptoms: readonly Symptom[] = [
    {
      shown: (metrics) => learning(metrics) && metrics['train/clip_fraction'] < least,
      sentence: `less than ${percent(least)} of the ratios are clipped, the policy hardly moves: try a higher --actor-lr or more --update-epochs`,
    },
    {
      shown: (metrics) => learning(metrics) && metrics['train/clip_fraction'] > most,
      sentence: `more than ${percent(most)} of the ratios are clipped, the policy moves too far: try a lower --actor-lr, fewer --update-epochs or a larger --batch-size`,
    },
    {
      shown: (metrics) => learning(metrics) && metrics['train/approx_kl'] > largeKl,
      sentence: `the approximate KL is above ${largeKl}, the policy may collapse: try a lower --actor-lr, --target-kl ${largeKl} or --desired-kl 0.01`,
    },
    {
      shown: (metrics) => metrics['rollout/obs_outside'] > muchOutside,
      sentence: `more than ${percent(muchOutside)} of the observed numbers are beyond ±${far} of the ranges that the policy was made with: check that task and normalization are those of its demonstrations`,
    },
    {
      shown: (metrics) => metrics['rollout/log_prob_clamped'] > muchOutside,
      sentence: `more than ${percent(muchOutside)} of the log-probabilities are at --min-log-prob or --max-log-prob, where they have no gradient: leave the bounds out`,
    },
    ...(eta === undefined ? [] : symptomsOfEta(eta)),
  ];
  let known: readonly Symptom[] = [];
  return (metrics) => {
    const present = symptoms.filter(({ shown }) => shown(metrics));
    const fresh = present.filter((symptom) => !known.includes(symptom));
    known = present;
    return fresh.map(({ sentence }) => sentence);
  };
}

/** Whether η, on average over a policy's, is within a percent of its range of `bound`. */
export const isAtBound = (eta: number, bound: number, { min, max }: EtaSpec): boolean =>
  Math.abs(eta - bound) <= 0.01 * (max - min);

/** That a learned η, whose mean is the entropy, has come to an end of its range. */
function symptomsOfEta(eta: EtaSpec): readonly Symptom[] {
  const { min, max } = eta;
  const ends = [
    [min, 'a higher --ent-coef'],
    [max, 'a lower --ent-coef'],
  ] as const;
  return ends.map(([bound, instead]) => ({
    shown: (metrics) => isAtBound(metrics['train/entropy'], bound, eta),
    sentence: `η is at its bound ${bound}, where it hardly has a gradient: try ${instead} from an earlier policy`,
  }));
}

/** The bounds of a Gaussian policy's learned standard deviation (gaussianMlp's minStd and maxStd). */
const [minStd, maxStd] = [0.01, 1];

/**
 * What to try where the standard deviation of a Gaussian policy is within a percent of a bound, on average over its actions; it
 * follows from the entropy ln σ + ½ ln 2πe.
 */
export function adviceOnStd(entropy: number): string[] {
  const std = Math.exp(entropy) / Math.sqrt(2 * Math.PI * Math.E);
  if (std <= minStd * 1.01)
    return [
      `the standard deviation is at its floor of ${minStd}, the policy no longer explores: try a higher --ent-coef`,
    ];
  if (std >= maxStd * 0.99)
    return [
      `the standard deviation is at its bound of ${maxStd}, the actions are mostly noise: try a lower --ent-coef`,
    ];
  return [];
}

/** Which part of normalised observations is far from the ranges that they were normalised by. */
export function shareOutside(obs: ArrayLike<number>): number {
  let outside = 0;
  for (let i = 0; i < obs.length; i++) outside += Number(Math.abs(obs[i]) > far);
  return outside / obs.length;
}
