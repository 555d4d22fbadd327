import { createRequire } from 'node:module';

/** Throws an Error unless `version` of Node, the one that runs by default, is as new as this package asks for. */
export function checkNode(version: string = process.versions.node): void {
  const { engines } = createRequire(import.meta.url)('../package.json');
  const wanted: string = engines.node.replace('>=', '');
  const [[major, minor], [wantedMajor, wantedMinor]] = [version, wanted].map((text) =>
    text.split('.').map(Number),
  );
  if (major < wantedMajor || (major === wantedMajor && minor < wantedMinor)) {
    throw new Error(`got Node ${version}, wanted ${wanted} or newer`);
  }
}
