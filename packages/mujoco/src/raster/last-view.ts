import type { RgbPicture, Shot } from '@dppo/env';

import type { Simulation } from '../simulation.ts';
import { cameraView } from './camera-view.ts';

/** What is looked at, and by which camera where none is named. */
export interface ViewOf {
  /** what errors begin with */
  readonly name: string;
  /** absent: one has to be named */
  readonly usual?: string;
}

/**
 * Pictures of one simulation by the cameras of its model, as it is then; what they are drawn with is kept while camera and size stay.
 *
 * @throws Error where the model has no such camera or a picture has no pixels, RangeError where none is named and none is usual
 */
export function lastView(simulation: Simulation, { name, usual }: ViewOf): (shot: Shot) => RgbPicture {
  let last: { readonly of: string; readonly view: ReturnType<typeof cameraView> } | undefined;
  return ({ camera = usual, width, height }) => {
    if (camera === undefined) {
      throw new RangeError(`${name}: picture without a camera, wanted one of the model's`);
    }
    const of = [width, height, camera].join();
    if (last?.of !== of) last = { of, view: named(name, simulation, camera, { width, height }) };
    return last.view(simulation);
  };
}

function named(name: string, ...view: Parameters<typeof cameraView>): ReturnType<typeof cameraView> {
  try {
    return cameraView(...view);
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
