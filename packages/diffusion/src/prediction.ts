import { checkLimits } from './check.ts';

/** How a network's answer becomes the chunk that it predicts. */
export interface PredictionOptions {
  /** x̂₀ is clamped to ± this, the gradient there being 0; Infinity leaves it alone. */
  readonly clipX0?: number;
  /** What the network was trained to tell: the noise ε, or the chunk x₀ itself. */
  readonly prediction?: 'epsilon' | 'x0';
}

/** A chunk on its way, x = signal · x₀ + noise · ε, and x̂₀ = xScale · x + outputScale · output of the network's output. */
export interface Mixture {
  /** a, how much of the clean chunk is in x: √ᾱ of a diffusion, t of a flow. */
  readonly signal: number;
  /** b, how much noise: √(1 − ᾱ), 1 − t. */
  readonly noise: number;
  /** What x weighs in x̂₀: 1/√ᾱ where the network tells the noise, 0 where it tells x₀, 1 where a velocity. */
  readonly xScale: number;
  /** What the output weighs: −√(1/ᾱ − 1), 1, 1 − t. */
  readonly outputScale: number;
  /** x̂₀ is clamped to ± this; Infinity leaves it alone. */
  readonly clipX0: number;
}

/** What x of ᾱ is made of, and how the network's answer tells x̂₀. */
export function mixtureOf(
  alphaBar: number,
  { clipX0 = 1, prediction = 'epsilon' }: PredictionOptions,
): Mixture {
  const [signal, noise] = [alphaBar, 1 - alphaBar].map(Math.sqrt);
  const [ofX, ofNoise] = scales(alphaBar);
  const [xScale, outputScale] = prediction === 'x0' ? [0, 1] : [ofX, -ofNoise];
  return { signal, noise, xScale, outputScale, clipX0 };
}

/** What x of a flow is made of at time t, and how a velocity tells x̂₁, the clean chunk. */
export function velocityMixture(t: number): Mixture {
  return { signal: t, noise: 1 - t, xScale: 1, outputScale: 1 - t, clipX0: Infinity };
}

/** √(1/ᾱ) and √(1/ᾱ − 1): what x and ε̂ weigh in x̂₀. */
export function scales(alphaBar: number): [xScale: number, noiseScale: number] {
  return [Math.sqrt(1 / alphaBar), Math.sqrt(1 / alphaBar - 1)];
}

/** Throws for a clip that is not above 0, and for a prediction that is neither epsilon nor x0. */
export function checkPrediction(caller: string, { clipX0, prediction = 'epsilon' }: PredictionOptions): void {
  checkLimits(caller, { clipX0 });
  if (prediction !== 'epsilon' && prediction !== 'x0') {
    throw new RangeError(`${caller}: prediction is ${String(prediction)}, wanted epsilon or x0`);
  }
}
