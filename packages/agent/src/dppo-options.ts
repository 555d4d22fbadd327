/** What one iteration of DPPO is told, by the reference's names (v0.8, `train` and `model` of cfg/gym/finetune); there are no defaults. */
export interface DppoOptions {
  /** T, chunks per environment and iteration. */
  readonly steps: number;
  /** How many actions of each chunk are executed. */
  readonly actSteps: number;
  /** γ, discount per chunk. */
  readonly gamma: number;
  /** λ of generalised advantage estimation. */
  readonly gaeLambda: number;
  /** γ_denoising, discount of the advantage per denoising step before the last one. */
  readonly gammaDenoising: number;
  /** ε, ratio clip at the last (cleanest) denoising step. */
  readonly clipPlossCoef: number;
  /** Ratio clip at the first fine-tuned (noisiest) denoising step. */
  readonly clipPlossCoefBase: number;
  /** Exponent of the interpolation between the two. */
  readonly clipPlossCoefRate: number;
  /** Bound of the change of a value in the value loss; none when undefined. */
  readonly clipVlossCoef: number | undefined;
  /** Advantages below this quantile of their minibatch are raised to it, in [0, 1]; 0 leaves them. */
  readonly clipAdvantageLowerQuantile: number;
  /** Advantages above this quantile are lowered to it, in [0, 1]; 1 leaves them. */
  readonly clipAdvantageUpperQuantile: number;
  /** Whether the advantages of a minibatch are normalised to mean 0 and deviation 1. */
  readonly normAdv: boolean;
  /** How many actions of a chunk enter the ratio. */
  readonly rewardHorizon: number;
  /** Weight of the value loss. */
  readonly vfCoef: number;
  /** Weight of the entropy, which is rewarded. */
  readonly entCoef: number;
  /** Weight of imitating the policy before fine-tuning; 0 leaves the term out. */
  readonly bcLossCoeff: number;
  /** How often an update goes through all samples. */
  readonly updateEpochs: number;
  /** (environment step, denoising step) pairs per minibatch. */
  readonly batchSize: number;
  /** Rows computed at once; gradients are summed, so it changes memory and speed only. */
  readonly microBatchSize: number;
  /** The update ends after the first minibatch whose approximate KL is above; never when undefined. */
  readonly targetKl: number | undefined;
  /** KL that the actor's learning rate is adapted to (`adaptedRate`); the rate is the schedule's when undefined. */
  readonly desiredKl?: number | undefined;
  /** Bound of the global norm of the actor's gradient; none when undefined. */
  readonly maxGradNorm: number | undefined;
  /** Whether rewards are divided by the running deviation of their discounted sum. */
  readonly rewardScaleRunning: boolean;
  /** What rewards are multiplied by, after the running scale. */
  readonly rewardScaleConst: number;
  /** Iterations in which only the critic learns. */
  readonly nCriticWarmupItr: number;
}
