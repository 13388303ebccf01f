import {formatAddressRange, type ParsedAddress} from '../addresses.js';

/*
Routers and old forms write a network as two addresses, `10.0.0.0 255.255.255.0`. Read one by one they would be two machines.
*/

/** Whether an address can only be a network mask: 255.0.0.0 to 255.255.255.254, which no machine has. */
export function isPlainMask(address: ParsedAddress): boolean {
	const value = readSingle(address);
	return value !== undefined && value >= 0xFF_00_00_00 && value < 0xFF_FF_FF_FF && findBlockSize(value) !== undefined;
}

/**
Say what an address and the mask after it were meant to be, or undefined when the second is no mask.

@example
explainMask(parse('10.0.0.5'), parse('255.255.255.0'));
//=> 'write 10.0.0.0/24 for the network, or 10.0.0.5 alone for the one address'
*/
export function explainMask(address: ParsedAddress, mask: ParsedAddress): string | undefined {
	const value = readSingle(address);
	const maskValue = readSingle(mask);
	if (value === undefined || maskValue === undefined) {
		return undefined;
	}

	// Both of the ends mean one thing as a mask and the opposite as a wildcard.
	if (maskValue === 0 || maskValue === 0xFF_FF_FF_FF) {
		return 'write a network such as 10.0.0.0/24, or the address alone';
	}

	const size = findBlockSize(maskValue) ?? findBlockSize(0xFF_FF_FF_FF - maskValue);
	if (size === undefined) {
		return undefined;
	}

	const from = value - (value % size);
	const network = formatAddressRange({version: 4, from: BigInt(from), to: BigInt(from + size - 1)});
	return from === value ? `write ${network}` : `write ${network} for the network, or ${formatAddressRange({version: 4, from: BigInt(value), to: BigInt(value)})} alone for the one address`;
}

/** The value of a single IPv4 address. */
function readSingle(address: ParsedAddress): number | undefined {
	return address.kind === 'ip' && address.range.version === 4 && address.range.from === address.range.to ? Number(address.range.from) : undefined;
}

/** How many addresses a network with this mask has; undefined when the bits are no mask: ones, then zeros. */
function findBlockSize(mask: number): number | undefined {
	const size = (0xFF_FF_FF_FF - mask) + 1;
	return Number.isInteger(Math.log2(size)) ? size : undefined;
}
