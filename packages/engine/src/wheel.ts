/** A published Python wheel that carries TensorFlow's C library, and what it must hash to. */
export interface Wheel {
  /** Names the library and its platform: the folder that it is kept in. */
  readonly id: string;
  readonly requirement: string;
  /** The tag by which pip selects the file. */
  readonly platform: string;
  /** Of the wheel, in bytes. */
  readonly size: number;
  readonly sha256: string;
}

const tensorflow = '2.21.0';

/**
 * The wheel for this machine; an error says why there is none.
 * Tried on Linux x64 only: for the two other platforms the hashes and the names of the libraries inside are checked.
 */
export function wheelFor({ platform, arch, glibc }: Machine = thisMachine()): Wheel {
  const machine = `${platform}-${arch}`;
  const found = wheels.find(({ id }) => id.endsWith(machine));
  if (!found) {
    throw new Error(
      `TensorFlow's library is built for Linux on x64 and arm64 and for macOS on arm64, not for ${machine}`,
    );
  }
  if (platform === 'linux' && !atLeast(glibc, [2, 27])) {
    throw new Error(
      `TensorFlow's library needs glibc 2.27 or newer, and this system has ${glibc ?? 'another C library'}`,
    );
  }
  return found;
}

/** Where an entry of the wheel belongs below the library's folder; undefined if the addon does not need it. */
export function destination(entry: string): string | undefined {
  const library = /^tensorflow\/(libtensorflow_(?:cc|framework)\.(?:so\.2|2\.dylib))$/.exec(entry);
  if (library) return `lib/${library[1]}`;
  if (entry.split('/').includes('..') || entry.endsWith('/')) return undefined;
  return /^tensorflow\/(include\/(?:tensorflow\/c|tensorflow\/core\/platform|tsl|xla\/tsl)\/.+)$/.exec(
    entry,
  )?.[1];
}

/** The libraries that tfjs-node's addon is linked with, as the wheels name them. */
export function libraries(platform: NodeJS.Platform = process.platform): string[] {
  const suffix = platform === 'darwin' ? '2.dylib' : 'so.2';
  return [`libtensorflow_cc.${suffix}`, `libtensorflow_framework.${suffix}`];
}

export interface Machine {
  readonly platform: string;
  readonly arch: string;
  /** Version of the GNU C library; undefined where another is used. */
  readonly glibc: string | undefined;
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

const wheels: readonly Wheel[] = [
  {
    id: `${tensorflow}-linux-x64`,
    requirement: `tensorflow-cpu==${tensorflow}`,
    platform: 'manylinux_2_27_x86_64',
    size: 273_829_956,
    sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
  },
  {
    id: `${tensorflow}-linux-arm64`,
    requirement: `tensorflow==${tensorflow}`,
    platform: 'manylinux_2_27_aarch64',
    size: 281_828_020,
    sha256: '4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c',
  },
  {
    id: `${tensorflow}-darwin-arm64`,
    requirement: `tensorflow==${tensorflow}`,
    platform: 'macosx_12_0_arm64',
    size: 223_405_849,
    sha256: '51f46f4806139d01fc7920cc72a4c75876f80649bf40ff083ab6212ceb43ca88',
  },
];
