import { checkLength } from './check-numbers.ts';
import type { Fields, Model, Workings } from './fields.ts';

/**
 * The Jacobian of a site's position and rotation by degrees of freedom `dofs` [n], into `into` [6, n]: v = J·q̇, rows 0–2 in m per
 * unit, 3–5 in rad per unit, in the axes of the world.
 *
 * @throws RangeError where there is no such site or degree of freedom, or `into` has another length
 * @see mj_jacSite of MuJoCo 3.14
 */
export function siteJacobian(
  model: Model,
  { site_xpos, subtree_com, cdof }: Pick<Fields & Workings, 'site_xpos' | 'subtree_com' | 'cdof'>,
  site: number,
  dofs: Int32Array,
  into: Float64Array,
): void {
  const n = dofs.length;
  if (!(Number.isInteger(site) && site >= 0 && site < model.site_bodyid.length)) {
    throw new RangeError(`siteJacobian: site is ${site}, the model has ${model.site_bodyid.length}`);
  }
  checkDofs('siteJacobian', dofs, model.dof_parentid.length);
  checkLength('siteJacobian: into', into, 6 * n);
  let body = model.site_bodyid[site];
  const root = 3 * model.body_rootid[body];
  const x = site_xpos[3 * site] - subtree_com[root];
  const y = site_xpos[3 * site + 1] - subtree_com[root + 1];
  const z = site_xpos[3 * site + 2] - subtree_com[root + 2];
  into.fill(0);
  while (body > 0 && model.body_dofnum[body] === 0) body = model.body_parentid[body];
  if (body === 0) return;
  let dof = model.body_dofadr[body] + model.body_dofnum[body] - 1;
  for (; dof >= 0; dof = model.dof_parentid[dof]) {
    const column = dofs.indexOf(dof);
    if (column === -1) continue;
    const at = 6 * dof;
    const a = cdof[at];
    const b = cdof[at + 1];
    const c = cdof[at + 2];
    into[column] = cdof[at + 3] + (b * z - c * y);
    into[n + column] = cdof[at + 4] + (c * x - a * z);
    into[2 * n + column] = cdof[at + 5] + (a * y - b * x);
    into[3 * n + column] = a;
    into[4 * n + column] = b;
    into[5 * n + column] = c;
  }
}

/**
 * The rows and columns of the mass matrix M(q) that belong to `dofs` [n], into `into` [n, n].
 *
 * @throws RangeError where there is no such degree of freedom, or `into` has another length
 * @see mj_fullM of MuJoCo 3.14
 */
export function massMatrix(
  model: Model,
  { M }: Pick<Workings, 'M'>,
  dofs: Int32Array,
  into: Float64Array,
): void {
  const { M_rownnz, M_rowadr, M_colind } = model;
  const n = dofs.length;
  checkDofs('massMatrix', dofs, model.dof_parentid.length);
  checkLength('massMatrix: into', into, n * n);
  into.fill(0);
  for (let i = 0; i < n; i++) {
    const begin = M_rowadr[dofs[i]];
    const end = begin + M_rownnz[dofs[i]];
    for (let entry = begin; entry < end; entry++) {
      const j = dofs.indexOf(M_colind[entry]);
      if (j === -1) continue;
      into[n * i + j] = M[entry];
      into[n * j + i] = M[entry];
    }
  }
}

function checkDofs(where: string, dofs: Int32Array, nv: number): void {
  for (let i = 0; i < dofs.length; i++) {
    const dof = dofs[i];
    if (!(dof >= 0 && dof < nv)) throw new RangeError(`${where}: dofs[${i}] is ${dof}, the model has ${nv}`);
  }
}
