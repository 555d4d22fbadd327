import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { unpackChromium } from './unpack-chromium.ts';

export interface Chromium {
  readonly executablePath: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * CHROME_PATH, else `chromium` or `google-chrome` on the PATH, else the build for Linux on x64 that is among our dependencies.
 * Throws an Error where there is none of them.
 */
export async function findChromium(env = process.env): Promise<Chromium> {
  const executablePath = env['CHROME_PATH'] ?? onPath(env['PATH'] ?? '', ['chromium', 'google-chrome']);
  if (executablePath !== undefined) return { executablePath, env };
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`no Chromium for ${process.platform} on ${process.arch}: set CHROME_PATH to a program`);
  }
  const folder = await unpackChromium();
  return {
    executablePath: join(folder, 'chromium'),
    env: {
      ...env,
      LD_LIBRARY_PATH: join(folder, 'lib'),
      FONTCONFIG_FILE: join(folder, 'fonts.conf'),
      XDG_CACHE_HOME: folder,
    },
  };
}

function onPath(path: string, names: readonly string[]): string | undefined {
  const programs = names.flatMap((name) => path.split(delimiter).map((folder) => join(folder, name)));
  return programs.find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
