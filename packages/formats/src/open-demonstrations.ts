import { stat } from 'node:fs/promises';
import { join } from 'node:path';

import { d4rl, isD4rl } from './d4rl.ts';
import { diffusionPolicy, marker } from './diffusion-policy.ts';
import { openHdf5 } from './hdf5.ts';
import { lerobot } from './lerobot.ts';
import { isMinari, minari } from './minari.ts';
import type { ReadOptions, DemonstrationSource } from './demonstration-source.ts';
import { isRobomimic, robomimic } from './robomimic.ts';
import { openZarr } from './zarr.ts';
import { filesInFolder, filesInZip } from './zarr-files.ts';

/**
 * Opens demonstrations of robomimic, D4RL or Minari (HDF5), a folder of LeRobot, Minari or Diffusion Policy (zarr), or a zip archive of the
 * last, by what is in it.
 *
 * @param path - the file, or the folder of a data set
 * @throws Error naming the file where it is of no such layout, damaged, or has not what the options name
 */
export async function openDemonstrations(
  path: string,
  options: ReadOptions = {},
): Promise<DemonstrationSource> {
  const isFolder = (await stat(path)).isDirectory();
  if (isFolder && (await isThere(join(path, 'meta', 'info.json')))) {
    refuseFilter(path, options);
    return lerobot(path, options);
  }
  if (path.endsWith('.zip') || (isFolder && (await isThere(join(path, marker))))) {
    refuseFilter(path, options);
    const files = isFolder ? await filesInFolder(path) : await filesInZip(path, marker);
    if (!files.names.includes(marker))
      throw new Error(`${path}: found no ${marker}, wanted a zarr store of Diffusion Policy`);
    return diffusionPolicy(await openZarr(path, files), options);
  }
  const file = isFolder ? join(path, 'data', 'main_data.hdf5') : path;
  if (isFolder && !(await isThere(file))) {
    throw new Error(
      `${path}: found none of meta/info.json, data/main_data.hdf5 and ${marker}, wanted a data set of LeRobot, Minari or Diffusion Policy`,
    );
  }
  const hdf5 = await openHdf5(file);
  try {
    if (isRobomimic(hdf5)) return robomimic(hdf5, options);
    refuseFilter(path, options);
    if (isMinari(hdf5)) return minari(hdf5, options);
    if (isD4rl(hdf5)) return d4rl(hdf5, options);
    throw new Error(
      `${file}: has ${hdf5.keys('').join(', ') || 'nothing'}, wanted the layout of robomimic (data/demo_0), Minari (episode_0) or D4RL (observations, actions, terminals)`,
    );
  } catch (error) {
    hdf5.close();
    throw error;
  }
}

function refuseFilter(path: string, { filterKey }: ReadOptions): void {
  if (filterKey === undefined) return;
  throw new Error(`${path}: found filterKey ${filterKey}, wanted it left out: only robomimic has masks`);
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
