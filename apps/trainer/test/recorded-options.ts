import type { GoldenCase } from '@dppo/testing';

import { oursFor } from '../src/options/reference-names.ts';

type Recorded = GoldenCase['inputs'];

/** What says of a network how large its inputs and outputs are, which policies and tasks say here. */
const sizes = new Set(['action_dim', 'horizon_steps', 'cond_dim', 'input_dim']);

/** A value of the reference's as ours is written. */
function ours(name: string, value: unknown): unknown {
  if (name === 'cond_predict_scale') return value === true ? 'film' : 'offset';
  if (name === 'smaller_encoder') return value === true ? 1 : 3;
  return typeof value === 'string' ? value.toLowerCase() : value;
}

/** Options of a command, by its `fields`, of what a file of the reference says of a part of its model. */
export function optionsOf(part: string, said: Recorded, fields: object): object {
  const given = Object.entries(said).filter(([name, value]) => !sizes.has(name) && value !== null);
  return Object.fromEntries(
    given.map(([name, value]) => {
      const option = oursFor(`${part}.${name}`, Object.keys(fields));
      if (option === undefined) throw new Error(`no option for ${part}.${name}`);
      return [option, ours(name, value)];
    }),
  );
}

const kinds: Readonly<Record<string, string>> = {
  EtaAction: 'action',
  EtaState: 'state',
  EtaStateAction: 'state-action',
};

/** Options of a fine-tuning, by its `fields`, of recorded settings of a model and of its η. */
export function samplerOptionsOf(model: Recorded, eta: Recorded, fields: object): object {
  const { use_ddim: isDdim, ddim_steps: ddimSteps, learn_eta: _, predict_epsilon: __, ...others } = model;
  // Without the bound, not with that of the policy before.
  const bounds = Object.fromEntries(
    ['denoised_clip_value', 'final_action_clip_value', 'eps_clip_value']
      .filter((name) => others[name] === null)
      .map((name) => [oursFor(`model.${name}`, Object.keys(fields)), null]),
  );
  const shared = { ...optionsOf('model', others, fields), ...bounds };
  if (!isDdim) return shared;
  if (!eta) return { ...shared, ddimSteps };
  const { kind, ...range } = eta;
  // The reference's η of one number has no gradient, so it is one.
  if (kind === 'EtaFixed') return { ...shared, ddimSteps, eta: range.base_eta };
  return { ...shared, ddimSteps, learnEta: kinds[kind], ...optionsOf('model.eta', range, fields) };
}
