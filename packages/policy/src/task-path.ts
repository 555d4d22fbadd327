import type * as paths from 'node:path';
import type { PolicySpec } from './spec.ts';

/** A description, `spec`, as the file at `path` keeps it: the module or the model of its task relative to that file. */
export function relativeTo(path: string, spec: PolicySpec): PolicySpec {
  return withPath(spec, (node, place) =>
    node.relative(node.dirname(node.resolve(path)), node.resolve(place)),
  );
}

/** A description, `spec`, as it was read from the file at `path`: the module or the model of its task by its whole path. */
export function resolvedFrom(path: string, spec: PolicySpec): PolicySpec {
  return withPath(spec, (node, place) => node.resolve(node.dirname(path), place));
}

function withPath(spec: PolicySpec, change: (node: typeof paths, place: string) => string): PolicySpec {
  const { task } = spec;
  if (!('path' in task)) return spec;
  // Bundlers for browsers, where nothing has a path, see nothing of it.
  return { ...spec, task: { ...task, path: change(process.getBuiltinModule('node:path'), task.path) } };
}
