import {readFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type {Plan} from '../../source/core/model.js';
import {plan} from '../../source/core/plan.js';
import {parseProfile} from '../../source/core/profile/parse.js';
import {readTestCatalog} from './catalog.js';

/** The plan of a starter profile, always of the same day. */
export async function makeStarterPlan(name: string): Promise<Plan> {
	const catalog = await readTestCatalog();
	const {value, problems} = parseProfile(readFileSync(path.join(process.cwd(), `templates/profiles/${name}.yaml`), 'utf8'), `${name}.yaml`, catalog);
	if (problems) {
		throw new Error(JSON.stringify(problems));
	}

	return plan(catalog, value, {today: '2026-11-22', tool: {name: 'virt-fw-wizard', version: '0.0.0'}});
}
