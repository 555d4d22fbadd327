import { load } from './described.mjs';
import config from './typedoc.config.mjs';

// Apart from the pages until all packages pass it; then it belongs among the plugins there.
/** @type {import('typedoc').TypeDocOptions} */
// oxlint-disable-next-line import/no-default-export -- typedoc asks for one
export default { ...config, plugin: [...config.plugin, load], emit: 'none' };
