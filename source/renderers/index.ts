import {changeRequestPdf} from './change-request-pdf.js';
import {changeRequest} from './change-request.js';
import {csv} from './csv.js';
import {diagramPdf} from './diagram-pdf.js';
import {docx} from './docx.js';
import type {Format, TextFormat} from './format.js';
import {page} from './page.js';
import {planJson} from './plan-json.js';
import {png} from './png.js';
import {ports} from './ports.js';
import {aerleon} from './firewall/aerleon.js';
import {ansible} from './firewall/ansible.js';
import {firewalld} from './firewall/firewalld.js';
import {iptables} from './firewall/iptables.js';
import {nftables} from './firewall/nftables.js';
import {terraformAws} from './firewall/terraform-aws.js';
import {terraformAzure} from './firewall/terraform-azure.js';
import {ufw} from './firewall/ufw.js';
import {svg} from './svg.js';
import {tests} from './test-pack/tests.js';
import {topology} from './topology.js';
import {xlsx} from './xlsx.js';

export type {Format, RenderedFile, RenderedText, TextFormat} from './format.js';
export type {Diagram} from './diagram/index.js';
export type {PdfBookmark, PdfDocument, PdfElement, PdfFont, PdfItem, PdfPage, PdfPlace, PdfTarget} from './pdf/document.js';
export {planToJson} from './plan-json.js';
export type {Templates} from './syntax.js';
export {declareBuiltIn} from './template-engine.js';
export {TemplateError} from './template-error.js';
export type {AssetName, MermaidDiagram, Tools} from './tools.js';
export {UnfitPlanError} from './unfit-plan-error.js';

/** Formats of text that are there at once, and are written where nobody chooses; a new one is a file and a line here. */
export const textFormats: readonly TextFormat[] = [
	changeRequest,
	ports,
	topology,
	csv,
	planJson,
];

/** Formats for people to read and open, other than those; a new one is a file and a line here. */
const richFormats: readonly Format[] = [
	svg,
	png,
	diagramPdf,
	xlsx,
	docx,
	changeRequestPdf,
	page,
];

/** Configurations of firewalls, for review; a new one is a file and a line here. */
export const configurations: readonly Format[] = [
	nftables,
	iptables,
	firewalld,
	ufw,
	ansible,
	aerleon,
];

/** Those of clouds, for a design that is in one: each refuses what its groups have no word for, and is a module of its own. */
const cloudConfigurations: readonly Format[] = [
	terraformAws,
	terraformAzure,
];

/** Every document: what is written where nobody chooses, and what needs time or tools. */
export const documents: readonly Format[] = [
	...textFormats,
	...richFormats,
];

/** Every format. */
export const formats: readonly Format[] = [
	...documents,
	...configurations,
	...cloudConfigurations,
	tests,
];

/** The format with an id. */
export function findFormat(id: string): Format | undefined {
	return formats.find(format => format.id === id);
}
