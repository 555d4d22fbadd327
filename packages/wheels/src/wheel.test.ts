import { describe, expect, it } from 'vitest';
import { type Machine, type Wheel, wheelFor } from './wheel.ts';

const wheelOf = (platform: string): Wheel => ({ requirement: 'fake==1', platform, size: 3, sha256: '' });
const fake = {
  name: "Fake's library",
  wheels: {
    'linux-x64': wheelOf('manylinux_2_27_x86_64'),
    'darwin-arm64': wheelOf('macosx_12_0_arm64'),
  },
};

describe('wheelFor', () => {
  it('finds the wheel of a machine', () => {
    const mac: Machine = { platform: 'darwin', arch: 'arm64', glibc: undefined };
    expect(wheelFor(fake, mac).platform).toBe('macosx_12_0_arm64');
  });

  it('names the platform for which there is none', () => {
    const windows: Machine = { platform: 'win32', arch: 'x64', glibc: undefined };
    expect(() => wheelFor(fake, windows)).toThrow(
      /^Fake's library is published for linux-x64, darwin-arm64, not for win32-x64$/,
    );
  });

  it("asks for the glibc of the wheel's tag or a newer one, comparing numbers", () => {
    const linux = { platform: 'linux', arch: 'x64' };
    expect(() => wheelFor(fake, { ...linux, glibc: '2.9' })).toThrow(
      /needs glibc 2.27 or newer, and this system has 2.9$/,
    );
    expect(() => wheelFor(fake, { ...linux, glibc: undefined })).toThrow('this system has another C library');
    expect(wheelFor(fake, { ...linux, glibc: '2.27' })).toEqual(wheelFor(fake, { ...linux, glibc: '3.0' }));
  });
});
