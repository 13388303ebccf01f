/** The core of virt-fw-wizard for other programs: from a catalog and a profile to a plan, and from a plan to documents. */
export {plan, type PlanOptions} from './core/plan.js';
export {parseCatalog, type CatalogFile, type ParsedCatalog} from './core/catalog/parse.js';
export {findCatalogProblems} from './core/catalog/checks/index.js';
export {parseProfile} from './core/profile/parse.js';
export {parsePlan} from './core/plan-schema.js';
export type {Outcome, Problem} from './core/problem.js';
export type * from './core/model.js';
export {drawDiagrams, drawOverview} from './renderers/diagram/index.js';
export {configurations, documents, findFormat, formats, TemplateError, textFormats, UnfitPlanError, type Diagram, type Format, type MermaidDiagram, type RenderedFile, type RenderedText, type Templates, type TextFormat, type Tools} from './renderers/index.js';
