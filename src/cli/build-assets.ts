import { join } from 'node:path';
import { buildAssets } from '../web/assets.js';

const root = join(import.meta.dirname, '..', '..');
const manifest = await buildAssets({ root, outDir: join(root, 'dist', 'public') });
process.stdout.write(`${Object.keys(manifest).length} assets in dist/public\n`);
