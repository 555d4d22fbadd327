import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { controlRanges, findMujocoLibrary, mujocoLibrary, mujocoWasm } from './index.ts';
import { onlyFiles } from './only-files.ts';

const secret = join(mkdtempSync(join(tmpdir(), 'dppo-')), 'secret.xml');
writeFileSync(secret, '<mujoco><secret/></mujoco>');

/** Where MJCF and URDF name files. */
const models: [string, string][] = [
  ['an include', `<include file="${secret}"/>`],
  ['an include in quotes of the other kind', `<include\n\tfile = '${secret}' />`],
  ['a mesh', `<asset><mesh name="m" file="${secret}"/></asset>`],
  [
    'a mesh by a relative path',
    '<compiler meshdir="/"/><asset><mesh file="../../etc/hostname.obj"/></asset>',
  ],
  ['a field of heights', `<asset><hfield name="h" size="1 1 1 1" file="${secret}"/></asset>`],
  ['a texture', `<asset><texture name="t" type="2d" file="${secret}"/></asset>`],
  ['a face of a texture', `<asset><texture name="t" type="cube" fileright="${secret}"/></asset>`],
  ['a skin', `<deformable><skin file="${secret}"/></deformable>`],
  ['another model', `<asset><model name="o" file="${secret}"/></asset>`],
  ['a mesh of URDF', `<robot><mesh filename="${secret}"/></robot>`],
  ['an attribute close to the one before', `<asset><mesh name="m"file="${secret}"/></asset>`],
  ['what stands in quotes like a comment', `<a b="<!--"/><include file="${secret}"/><a b="-->"/>`],
  ['what stands after a quote in a declaration', `<!DOCTYPE a ">"<include file="${secret}"/>`],
  ['what stands after a comment without content', `<!----><include file="${secret}"/>`],
  ['what stands after CDATA', `<![CDATA[ " ]]><include file="${secret}"/>`],
  ['an attribute that is not the first', `<include a=">" b='"' file="${secret}"/>`],
];

describe('onlyFiles', () => {
  it.each(models)('refuses %s', (_, text) => {
    expect(() => onlyFiles(`<mujoco>${text}</mujoco>`)).toThrow(
      /^Error opening file '.+': wanted a model without/,
    );
  });

  it.each([
    '<mujoco/>',
    '<mujoco><!-- <include file="a.xml"/> --></mujoco>',
    '<mujoco><?note file="a.xml"?><![CDATA[<include file="a.xml"/>]]></mujoco>',
    `<mujoco model="file='a.xml'"><custom><text name="file" data="file"/></custom></mujoco>`,
    '<mujoco profile="a"/>',
  ])('takes %s', (model) => {
    expect(onlyFiles(model)).toBe(model);
  });

  describe('with files', () => {
    const files = { 'a.stl': new Uint8Array(), 'b.xml': new Uint8Array() };

    it('takes them as meshes and pictures', () => {
      const model = '<mujoco><asset><mesh file="a.stl"/><texture type="2d" file=\'a.stl\'/></asset></mujoco>';
      expect(onlyFiles(model, files)).toBe(model);
    });

    it.each([
      '<mesh file="../a.stl"/>',
      '<mesh file="hasOwnProperty"/>',
      '<compiler meshdir="/etc"/><mesh file="a.stl"/>',
      '<compiler assetdir="."/>',
      '<include file="b.xml"/>',
      '<asset><model name="m" file="b.xml"/></asset>',
    ])('refuses %s', (text) => {
      expect(() => onlyFiles(`<mujoco>${text}</mujoco>`, files)).toThrow(
        /^Error opening file '.+': wanted one of the files a\.stl, b\.xml, found \w+="/,
      );
    });

    it.each(['', 'a', '/etc/a.stl', '..', 'a/b.stl', 'a\\b.stl'])('refuses the name %j', (name) => {
      expect(() => onlyFiles('<mujoco/>', { [name]: new Uint8Array() })).toThrow(
        `files: '${name}' is no plain name of a file`,
      );
    });
  });

  it('takes time in proportion to a text that never ends', () => {
    for (const piece of ['<', '<!--', '<a b="', '<a ', 'a', '"', '<![CDATA[', '<!', ' = ']) {
      onlyFiles(`<mujoco ${piece.repeat(1e6)}`);
      onlyFiles(`<mujoco ${piece.repeat(1e6)}"">`);
    }
  });
});

const engines = { wasm: mujocoWasm, ...(findMujocoLibrary() !== undefined && { library: mujocoLibrary }) };

it.each(Object.entries(engines))('a model on %s reads no file', async (_, engine) => {
  const model = `<mujoco><include file="${secret}"/></mujoco>`;
  const made = await engine();
  expect(() => made.simulate(model)).toThrow(`Error opening file '${secret}'`);
  await expect(controlRanges(model)).rejects.toThrow(`Error opening file '${secret}'`);
});
