import type { RgbPicture, Shot } from '@dppo/env';

import type { Simulation } from '../simulation.ts';
import { cameraView } from './camera-view.ts';

/**
 * Pictures of one simulation by any of its cameras, as it is then; the view is kept for as long as camera and size stay.
 *
 * @throws Error where the model has no such camera, RangeError where the picture has no pixels
 */
export function lastView(simulation: Simulation): (shot: Shot & { readonly camera: string }) => RgbPicture {
  let last: { readonly of: string; readonly view: ReturnType<typeof cameraView> } | undefined;
  return ({ camera, width, height }) => {
    const of = [width, height, camera].join();
    if (last?.of !== of) last = { of, view: cameraView(simulation, camera, { width, height }) };
    return last.view(simulation);
  };
}
