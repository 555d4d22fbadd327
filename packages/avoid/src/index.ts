export { avoid, type AvoidOptions, maxAction } from './avoid.ts';
export { type Cylinder, demonstratedWays, field, rodRadius, rows, start, type Way, ways } from './course.ts';
export { demonstrator } from './demonstrator.ts';
