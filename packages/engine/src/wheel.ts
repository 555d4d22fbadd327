import { type Library, type Wheel, wheelFor } from '@dppo/wheels';

const tensorflow = '2.21.0';

/** TensorFlow's version and the platform. */
export const libraryId: string = `${tensorflow}-${process.platform}-${process.arch}`;

/** The wheel with TensorFlow's C library for this machine; an error says why there is none. */
export function tensorflowWheel(): Wheel {
  return wheelFor(library);
}

/** Where an entry of the wheel belongs below the library's folder; undefined if the addon does not need it. */
export function destination(entry: string): string | undefined {
  const file = /^tensorflow\/(libtensorflow_(?:cc|framework)\.(?:so\.2|2\.dylib))$/.exec(entry);
  if (file) return `lib/${file[1]}`;
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

/** Tried on Linux x64 only: for the two other platforms the hashes and the names of the libraries inside are checked. */
const library: Library = {
  name: "TensorFlow's library",
  wheels: {
    'linux-x64': {
      requirement: `tensorflow-cpu==${tensorflow}`,
      platform: 'manylinux_2_27_x86_64',
      size: 273_829_956,
      sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
      contents: 'd5a4574df53365c97aa2ee0395302c4cbf2bc603ea0fc273fc13910a81d2af6a',
    },
    'linux-arm64': {
      requirement: `tensorflow==${tensorflow}`,
      platform: 'manylinux_2_27_aarch64',
      size: 281_828_020,
      sha256: '4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c',
      contents: '9913d2149016d937dfc8423cf975af8ca093b1ef05270ce082a8653551c7d3d1',
    },
    'darwin-arm64': {
      requirement: `tensorflow==${tensorflow}`,
      platform: 'macosx_12_0_arm64',
      size: 223_405_849,
      sha256: '51f46f4806139d01fc7920cc72a4c75876f80649bf40ff083ab6212ceb43ca88',
      contents: '195da481dbccb0be90e6768bb07a680fa4ffa36e159c5cb274d98a8a2a71ab03',
    },
  },
};
