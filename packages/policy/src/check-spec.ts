import { aboutFile } from '@dppo/files';
import { z } from 'zod';

import { type Misfit, noiseMisfits } from './noise-misfits.ts';
import { type PolicySpec, stepsOf } from './spec.ts';
import { windowMisfits } from './window-misfits.ts';

const size = z.number().int().min(1);
/** Of a schedule and of a chunk: no weight says how many these are, and each is memory. */
const steps = size.max(10_000);
const positive = z.number().positive();
const flag = z.boolean().exactOptional();
const sizes = z.array(size);
const numbers = z.array(z.number());
const activation = z.enum(['relu', 'elu', 'mish', 'tanh', 'gelu', 'softplus', 'identity']);
const shape = { obsDim: size, actionDim: size, condSteps: size, horizonSteps: steps };
const layers = {
  hidden: sizes.exactOptional(),
  activation: activation.exactOptional(),
  residual: flag,
  layerNorm: flag,
};

const network = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('mlp'),
    ...shape,
    ...layers,
    timeDim: size.exactOptional(),
    outActivation: activation.exactOptional(),
    condHidden: sizes.exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('unet'),
    ...shape,
    dim: size.exactOptional(),
    dimMults: sizes.min(1).exactOptional(),
    timeDim: size.exactOptional(),
    kernelSize: size.exactOptional(),
    groups: size.exactOptional(),
    groupNormEpsilon: positive.exactOptional(),
    activation: activation.exactOptional(),
    conditioning: z.enum(['offset', 'film']).exactOptional(),
    encoderLayers: z.union([z.literal(1), z.literal(3)]).exactOptional(),
    condHidden: sizes.exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('gaussian'),
    ...shape,
    ...layers,
    fixedStd: positive.exactOptional(),
    minStd: positive.exactOptional(),
    maxStd: positive.exactOptional(),
  }),
]);

const denoising = {
  denoisingSteps: steps,
  ftDenoisingSteps: size.exactOptional(),
  prediction: z.enum(['epsilon', 'x0']).exactOptional(),
  clipX0: positive.exactOptional(),
  clipNoise: positive.exactOptional(),
  clipAction: positive.exactOptional(),
};

const range = { base: z.number().min(0), min: z.number().min(0), max: positive };

const eta = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['fixed', 'action']), ...range }),
  z.strictObject({
    kind: z.enum(['state', 'state-action']),
    ...range,
    hidden: sizes,
    activation: activation.exactOptional(),
  }),
]);

const noise = z.strictObject({
  min: positive,
  max: positive,
  learnedSteps: size.exactOptional(),
  time: z.enum(['embedding', 'table', 'none']).exactOptional(),
  tableDim: size.exactOptional(),
  hidden: sizes.exactOptional(),
  activation: activation.exactOptional(),
});

const sampler = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ddpm'), ...denoising }),
  z.strictObject({
    kind: z.literal('ddim'),
    ...denoising,
    ddimSteps: size,
    eta: z.union([z.number().min(0), eta]),
    clipEpsilon: positive.exactOptional(),
    direction: z.enum(['implied', 'predicted']).exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('flow'),
    steps,
    noise: z.union([positive, noise]).exactOptional(),
    clipMean: positive.exactOptional(),
    clipNoise: positive.exactOptional(),
    clipAction: positive.exactOptional(),
  }),
  z.strictObject({ kind: z.literal('gaussian'), clipNoise: positive.exactOptional() }),
]);

const past = z.number().int().min(0).exactOptional();
const acting = { actSteps: size, firstAction: past, maxEpisodeSteps: size, endAtSuccess: flag };
const text = z.string().min(1);

const task = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('named'), name: text, ...acting }),
  z.strictObject({ kind: z.enum(['module', 'mjcf']), path: text, ...acting }),
  z.strictObject({ kind: z.literal('gymnasium'), id: text, ...acting }),
]);

const policy: z.ZodType<PolicySpec> = z
  .strictObject({
    network,
    sampler,
    bounds: z.strictObject({ obsMin: numbers, obsMax: numbers, actionMin: numbers, actionMax: numbers }),
    task,
  })
  .check(({ value, issues }) => {
    for (const [path, found, expected] of misfits(value)) {
      issues.push({
        code: 'custom',
        path: path.split('.'),
        message: `found ${found}, wanted ${expected}`,
        input: value,
      });
    }
  });

/**
 * A description as it was read, once it is known to be one.
 *
 * @throws Error that begins with `name` and says what is missing, unknown, of another type or at odds with the rest, and where
 */
export function checkSpec(value: unknown, name: string): PolicySpec {
  const parsed = policy.safeParse(value);
  if (!parsed.success) throw aboutFile(name, z.prettifyError(parsed.error));
  return parsed.data;
}

/**
 * Checks that the parts of a description agree, also where it never was text.
 *
 * @throws RangeError that begins with `name` and says what does not agree with the rest, and where
 */
export function checkParts(spec: PolicySpec, name: string): void {
  for (const [path, found, expected] of misfits(spec)) {
    throw new RangeError(`${name}: ${path} is ${found}, wanted ${expected}`);
  }
}

/** What does not agree with the rest of a description. */
function misfits(spec: PolicySpec): Misfit[] {
  const { network: net, sampler: draw, bounds } = spec;
  const found: Misfit[] = [];
  if ((net.kind === 'gaussian') !== (draw.kind === 'gaussian')) {
    const expected = net.kind === 'gaussian' ? 'gaussian' : 'ddpm, ddim or flow';
    found.push(['sampler.kind', draw.kind, `${expected} for network.kind ${net.kind}`]);
  }
  found.push(...noiseMisfits(net, draw));
  if (draw.kind === 'ddpm' || draw.kind === 'ddim') {
    const { denoisingSteps, ftDenoisingSteps = 1 } = draw;
    const taken = stepsOf(draw);
    const { clipEpsilon } = draw.kind === 'ddim' ? draw : {};
    if (clipEpsilon !== undefined && draw.prediction === 'x0')
      found.push(['sampler.clipEpsilon', clipEpsilon, 'none with prediction x0']);
    if (taken > denoisingSteps)
      found.push(['sampler.ddimSteps', taken, `at most denoisingSteps, ${denoisingSteps}`]);
    if (ftDenoisingSteps > taken)
      found.push(['sampler.ftDenoisingSteps', ftDenoisingSteps, `at most all steps, ${taken}`]);
  }
  found.push(...windowMisfits(spec));
  for (const [low, high, dim] of [
    ['obsMin', 'obsMax', 'obsDim'],
    ['actionMin', 'actionMax', 'actionDim'],
  ] as const) {
    for (const key of [low, high]) {
      if (bounds[key].length !== net[dim])
        found.push([`bounds.${key}`, `${bounds[key].length} numbers`, `${net[dim]}, network.${dim}`]);
      for (const [i, bound] of bounds[key].entries()) {
        if (!Number.isFinite(Math.fround(bound)))
          found.push([`bounds.${key}.${i}`, bound, 'a finite number of float32']);
      }
    }
    const i = bounds[low].findIndex((min, d) => min > bounds[high][d]);
    if (i >= 0)
      found.push([`bounds.${low}.${i}`, bounds[low][i], `at most bounds.${high}.${i}, ${bounds[high][i]}`]);
  }
  return found;
}
