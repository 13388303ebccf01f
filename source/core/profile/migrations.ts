import {profileVersion} from './schema.js';

type Raw = Readonly<Record<string, unknown>>;

/**
What turns a profile of one version into the next, by the version it starts from.

Version 0 is the form of profiles before the first release, in which the network role to zone table was called `roles`.
*/
const migrations: ReadonlyMap<number, (profile: Raw) => Raw> = new Map([
	[0, ({roles, ...profile}) => ({...profile, schemaVersion: 1, networks: profile['networks'] ?? roles})],
]);

/**
Bring an older profile to the version this program writes.

@returns Undefined when it is of that version already, or says no version that is known; the schema check then says so.
*/
export function migrateProfile(profile: Raw): Raw | undefined {
	let current = profile;
	while (typeof current['schemaVersion'] === 'number' && current['schemaVersion'] < profileVersion) {
		const migrate = migrations.get(current['schemaVersion']);
		if (migrate === undefined) {
			return undefined;
		}

		current = migrate(current);
	}

	return current === profile ? undefined : current;
}
