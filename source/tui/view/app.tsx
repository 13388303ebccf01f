import {Box, Text} from 'ink';
import SelectInput from 'ink-select-input';
import {createContext, memo, useContext, useEffect, useState, useSyncExternalStore, type ReactNode} from 'react';
import {isSameLine, type StyledLine} from '../text/styled.js';
import {colorlessTheme, theme} from '../theme.js';
import type {Snapshot} from '../snapshot.js';
import type {Wizard} from '../wizard.js';
import type {Row} from './body.js';
import {layOutFrame, type Frame, type Size} from './frame.js';
import {readOut} from './read-out.js';

/** The terminal that is drawn on, as far as drawing needs it. */
export type Display = {
	readonly getSize: () => Size;
	readonly onResize: (listener: () => void) => () => void;
};

export type AppProps = {
	readonly wizard: Wizard;
	readonly display: Display;
	readonly isUnicode: boolean;
	readonly isReadOut: boolean;
	/** Without it only bold, dim and inverse are used. */
	readonly hasColor: boolean;
};

/** The screen of the wizard. It draws and decides nothing: keys go to the wizard without passing through here. */
export function App({wizard, display, isUnicode, isReadOut, hasColor}: AppProps): ReactNode {
	const snapshot = useSyncExternalStore(wizard.subscribe, wizard.getSnapshot);
	const [size, setSize] = useState(display.getSize());
	useEffect(() => display.onResize(() => {
		setSize(display.getSize());
	}), [display]);
	if (snapshot.isLeaving) {
		return null;
	}

	return isReadOut
		? <ReadOut snapshot={snapshot} size={size} isUnicode={isUnicode}/>
		: <Theme value={hasColor ? theme : colorlessTheme}><Screen snapshot={snapshot} size={size} isUnicode={isUnicode}/></Theme>;
}

const Theme = createContext(theme);

/** Below this nothing can be read. */
const minSize: Size = {columns: 30, rows: 10};

type ScreenProps = {readonly snapshot: Snapshot; readonly size: Size; readonly isUnicode: boolean};

function Screen({snapshot, size, isUnicode}: ScreenProps): ReactNode {
	if (size.columns < minSize.columns || size.rows < minSize.rows) {
		return <Text wrap='truncate'>{`Too small: ${minSize.columns}x${minSize.rows} is needed`}</Text>;
	}

	const frame = layOutFrame(snapshot, size, isUnicode);
	return (
		<Box flexDirection='column'>
			<Line styled={frame.header}/>
			<Text> </Text>
			<Box height={frame.height}>
				{frame.railWidth > 0 ? <Box width={frame.railWidth} flexShrink={0} flexDirection='column'><Lines lines={frame.rail}/></Box> : null}
				<Main frame={frame} isList={snapshot.control.kind === 'list'}/>
			</Box>
			<Lines lines={frame.message}/>
			<Lines lines={frame.footer}/>
		</Box>
	);
}

function Main({frame: {question, body}, isList}: {readonly frame: Frame; readonly isList: boolean}): ReactNode {
	const rows = body.rows.filter(row => row.lines.length > 0);
	return (
		<Box flexDirection='column' flexGrow={1}>
			<Lines lines={question}/>
			<Lines lines={body.head}/>
			{isList ? <SelectList rows={rows}/> : <Lines lines={rows.flatMap(row => row.lines)}/>}
			{body.detail.length > 0 ? <Text> </Text> : null}
			<Lines lines={body.detail}/>
		</Box>
	);
}

/**
A single choice, drawn by ink-select-input.

The package is given what is to be drawn and no keys: its own handling acts on the state of the last frame, so that of several keys in one
read all but one are lost (version 6.2). It also keeps a highlight to itself, which nobody draws: the mark of the wizard's stands in the
row's own lines.
*/
function SelectList({rows}: {readonly rows: readonly Row[]}): ReactNode {
	return (
		<SelectInput
			isFocused={false}
			items={rows.map(({id, lines}) => ({key: id, label: id, value: id, lines}))}
			indicatorComponent={NoIndicator}
			itemComponent={SelectRow as typeof NoIndicator}
		/>
	);
}

/** The mark stands in the row's own lines. */
function NoIndicator(): ReactNode {
	return null;
}

function SelectRow({lines}: Pick<Row, 'lines'>): ReactNode {
	return <Box flexDirection='column'><Lines lines={lines}/></Box>;
}

function ReadOut({snapshot, size, isUnicode}: ScreenProps): ReactNode {
	return (
		<Box flexDirection='column'>
			{readOut(snapshot, size, isUnicode).map((text, index) => <Text key={index}>{text === '' ? ' ' : text}</Text>)}
		</Box>
	);
}

function Lines({lines}: {readonly lines: readonly StyledLine[]}): ReactNode {
	return lines.map((styled, index) => <Line key={index} styled={styled}/>);
}

/** From one key to the next most lines of a screen stay as they are, and Ink need not look at those again. */
const Line = memo(({styled}: {readonly styled: StyledLine}): ReactNode => {
	const looks = useContext(Theme);
	const spans = styled.filter(({text}) => text !== '');
	return <Text wrap='truncate'>{spans.length === 0 ? ' ' : spans.map(({text, tone}, index) => <Text key={index} {...looks[tone]}>{text}</Text>)}</Text>;
}, (before, after) => isSameLine(before.styled, after.styled));
