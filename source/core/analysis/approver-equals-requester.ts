import type {Check} from './check.js';

/** Who approves their own request. */
export const approverEqualsRequester: Check = {
	id: 'approver-equals-requester',
	title: 'The requester approves the own request',
	severity: 'high',
	looksFor: 'The requester among the approvers: high where nobody else approves, else medium. As information, the owner as the only approver. Names are compared without regard to case and spaces',
	why: 'An approval is worth something because a second person looks',
	remedy: 'Name an approver under change.approvers who is not the requester',
	falseAlarm: 'Two people have the same name; write them so that they differ',
	find({profile}) {
		const {requester, owner, approvers = []} = profile.change ?? {};
		if (approvers.length === 0) {
			return [];
		}

		const names = new Set(approvers.map(approver => normalize(approver)));
		const isOnly = names.size === 1;
		if (requester !== undefined && names.has(normalize(requester))) {
			return [{
				subject: 'change.approvers',
				message: isOnly ? `${requester.trim()} asks for the change and is the only one who approves it` : `${requester.trim()} asks for the change and is one of ${names.size} who approve it`,
				severity: isOnly ? 'high' : 'medium',
			}];
		}

		if (owner === undefined || !isOnly || !names.has(normalize(owner))) {
			return [];
		}

		return [{
			subject: 'change.owner',
			message: `${owner.trim()} owns what the change is for and is the only one who approves it`,
			severity: 'info',
			remedy: 'Name an approver under change.approvers who does not own it too, as somebody of the security team',
		}];
	},
};

/** A name as it is compared. Tables of Unicode are read only for names that need them. */
function normalize(name: string): string {
	return (/^[ -~]*$/v.test(name) ? name : name.normalize('NFKC')).trim().replaceAll(/\s+/gv, ' ').toLowerCase();
}
