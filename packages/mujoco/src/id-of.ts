import { type Fields, type Kind, kinds, type Model } from './fields.ts';

/** What an engine knows of the names in a model. */
export interface Names {
  readonly model: Model;
  readonly controls: number;
  readonly views: () => Pick<Fields, 'cam_xpos' | 'sensordata'>;
  /** −1: there is none */
  readonly id: (kind: Kind, name: string) => number;
  /** '': it has none, or there is no such thing */
  readonly name: (kind: Kind, id: number) => string;
}

/** Names that an error lists at most. */
const listed = 12;

/** The number of the thing of a `kind` that a model calls `name`. Throws a RangeError for another kind, an Error that lists what there is. */
export function idOf(names: Names, kind: Kind, name: string): number {
  if (!Object.hasOwn(kinds, kind)) {
    throw new RangeError(`id: kind is ${kind}, wanted one of ${Object.keys(kinds).join(', ')}`);
  }
  const id = names.id(kind, name);
  if (id !== -1) return id;
  const all = namesOf(names, kind);
  const more = all.length > listed ? `, … (${all.length} in all)` : '';
  const wanted = all.length === 0 ? 'it names none' : `wanted one of ${all.slice(0, listed).join(', ')}`;
  throw new Error(`the model has no ${kind} of the name ${name}, ${wanted}${more}`);
}

function namesOf({ model, controls, views, name }: Names, kind: Kind): string[] {
  const { cam_xpos, sensordata } = views();
  const counts: Record<Kind, number> = {
    body: model.body_parentid.length,
    joint: model.jnt_qposadr.length,
    geom: model.geom_bodyid.length,
    site: model.site_bodyid.length,
    camera: cam_xpos.length / 3,
    actuator: controls,
    sensor: sensordata.length, // each has one number at least, and beyond them there are no names
  };
  return Array.from({ length: counts[kind] }, (_, i) => name(kind, i)).filter((each) => each !== '');
}
