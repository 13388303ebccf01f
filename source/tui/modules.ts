import {countFindings, countLines, countQuestions, findEffect, formatEffect} from '../core/effects.js';
import {deriveDesign} from './design.js';
import {makeHelp} from './help.js';
import {listSteps} from './steps/index.js';
import type {DesignModules} from './wizard.js';

/** Everything that a design needs and the first screen does not. */
export const designModules: DesignModules = {
	deriveDesign,
	listSteps,
	describeEffect: (before, after) => formatEffect(findEffect(before, after)),
	count: plan => ({
		networkLines: countLines(plan, 'network'),
		hostLines: countLines(plan, 'host'),
		questions: countQuestions(plan),
		blocking: plan.openQuestions.filter(question => question.blocking).length,
		findings: countFindings(plan),
	}),
	makeHelp,
};
