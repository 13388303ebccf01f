declare module 'pdfmake/js/3rd-party/svg-to-pdfkit/source.js' {
	type Options = {
		readonly width: number;
		readonly height: number;
		/** A unit of the picture is a point. */
		readonly assumePt: boolean;
		/** The registered name of a font. */
		readonly fontCallback: (family: string, isBold: boolean, isItalic: boolean) => string;
	};

	/** Draw a picture of SVG on the last page of a document. */
	// eslint-disable-next-line max-params -- As it is.
	export default function drawSvg(kit: PDFKit.PDFDocument, svg: string, x: number, y: number, options: Options): void;
}
