export { readGolden, type Golden, type GoldenArray, type GoldenCase } from './golden.ts';
