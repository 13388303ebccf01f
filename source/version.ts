/** The version of this program; the build compares it with package.json. */
export const version = '0.1.0';
