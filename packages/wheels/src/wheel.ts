/** A published Python wheel that carries a native library, and what it must hash to. */
export interface Wheel {
  /** What pip is asked for, for instance tensorflow==2.21.0. */
  readonly requirement: string;
  /** The tag by which pip selects the file. */
  readonly platform: string;
  /** Of the wheel, in bytes. */
  readonly size: number;
  /** Of the wheel, in hexadecimal digits. */
  readonly sha256: string;
  /** SHA-256 of the manifest of what is kept of it, by which a copy that was kept before is known; absent: any manifest is believed. */
  readonly contents?: string;
}

/** A library by the wheels that carry it. */
export interface Library {
  /** What errors call it. */
  readonly name: string;
  /** The wheels by `platform-arch` as Node names them. */
  readonly wheels: Readonly<Record<string, Wheel>>;
}

/** What decides which wheel runs. */
export interface Machine {
  /** As `process.platform` names it. */
  readonly platform: string;
  /** As `process.arch` names it. */
  readonly arch: string;
  /** Version of the GNU C library; undefined where another is used. */
  readonly glibc: string | undefined;
}

/** The wheel of a library for a machine; throws an Error that says why there is none. */
export function wheelFor({ name, wheels }: Library, machine: Machine = thisMachine()): Wheel {
  const key = `${machine.platform}-${machine.arch}`;
  if (!Object.hasOwn(wheels, key)) {
    throw new Error(`${name} is published for ${Object.keys(wheels).join(', ')}, not for ${key}`);
  }
  const wheel = wheels[key];
  const [, major, minor] = /^manylinux_(\d+)_(\d+)_/.exec(wheel.platform) ?? [];
  if (major && !atLeast(machine.glibc, [Number(major), Number(minor)])) {
    const found = machine.glibc ?? 'another C library';
    throw new Error(`${name} needs glibc ${major}.${minor} or newer, and this system has ${found}`);
  }
  return wheel;
}

function thisMachine(): Machine {
  // Node's diagnostic report is the one place where it tells this; its types leave the contents open.
  const report = process.platform === 'linux' ? JSON.stringify(process.report.getReport()) : '';
  const glibc = /"glibcVersionRuntime":"([\d.]+)"/.exec(report)?.[1];
  return { platform: process.platform, arch: process.arch, glibc };
}

function atLeast(version: string | undefined, [major, minor]: readonly [number, number]): boolean {
  const [haveMajor = 0, haveMinor = 0] = (version ?? '').split('.').map(Number);
  return haveMajor > major || (haveMajor === major && haveMinor >= minor);
}
