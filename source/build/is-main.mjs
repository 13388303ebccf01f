import {realpathSync} from 'node:fs';
import process from 'node:process';
import {fileURLToPath} from 'node:url';

/** Whether a module is the one that Node was started with, and was not imported. */
export const isMain = url => process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(url);
