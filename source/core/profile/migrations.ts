import {profileVersion} from './schema.js';

type Raw = Readonly<Record<string, unknown>>;
type Path = ReadonlyArray<string | number>;

type Migration = (profile: Raw) => MigratedProfile;

/**
What turns a profile of one version into the next, by the version it starts from.

Version 0 is the form of profiles before the first release, in which the network role to zone table was called `roles`.
*/
const migrations: ReadonlyMap<number, Migration> = new Map([
	[0, profile => {
		// A profile with both tables keeps them: the schema then says that one is not known.
		const old = profile['networks'] === undefined ? 'roles' : 'networks';
		return {
			profile: Object.fromEntries(Object.entries(profile).map(([key, value]) => [key === old ? 'networks' : key, key === 'schemaVersion' ? 1 : value])),
			findOrigin: path => path[0] === 'networks' ? [old, ...path.slice(1)] : path,
		};
	}],
]);

/** A profile in the form of this version, and where its parts stand in the text it came from. */
export type MigratedProfile = {
	readonly profile: Raw;
	readonly findOrigin: (path: Path) => Path;
};

/**
Bring an older profile to the version this program writes.

@returns Undefined when it is of that version already, or says no version that is known; the schema check then says so.
*/
export function migrateProfile(profile: Raw): MigratedProfile | undefined {
	let current = profile;
	const origins: Array<MigratedProfile['findOrigin']> = [];
	while (typeof current['schemaVersion'] === 'number' && current['schemaVersion'] < profileVersion) {
		const migrate = migrations.get(current['schemaVersion']);
		if (migrate === undefined) {
			return undefined;
		}

		const migrated = migrate(current);
		current = migrated.profile;
		origins.unshift(migrated.findOrigin);
	}

	if (current === profile) {
		return undefined;
	}

	return {
		profile: current,
		findOrigin(path) {
			let origin = path;
			for (const findOrigin of origins) {
				origin = findOrigin(origin);
			}

			return origin;
		},
	};
}
