export interface HtmlCell {
  text: string;
  /** columns that it spans */
  span?: number;
  /** in the file, and not shown, as MetaTrader 5 keeps comments */
  isHidden?: boolean;
  /** what shows when one points at it, as MetaTrader 4 keeps comments */
  title?: string;
  isHeading?: boolean;
}

const escaped = (text: string): string => text.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);

function cellHtml(cell: string | HtmlCell): string {
  const { text, span, isHidden, title, isHeading }: HtmlCell =
    typeof cell === 'string' ? { text: cell } : cell;
  const attributes =
    (isHidden === true ? ' class="hidden"' : '') +
    (span === undefined ? '' : ` colspan="${span}"`) +
    (title === undefined ? '' : ` title="${escaped(title)}"`);
  const name = isHeading === true ? 'th' : 'td';
  return `<${name}${attributes}>${escaped(text)}</${name}>`;
}

export type HtmlRow = readonly (string | HtmlCell)[];

const htmlRow = (cells: HtmlRow): string =>
  `<tr align="right">\r\n${cells.map(cellHtml).join('\r\n')}\r\n</tr>`;

/** A report as MetaTrader writes it: one table, lines that end in CR and LF. */
export const htmlReport = (title: string, rows: readonly HtmlRow[]): string =>
  [
    '<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" "http://www.w3.org/TR/html4/loose.dtd">',
    `<html><head><title>${escaped(title)}</title>`,
    '<style type="text/css"><!-- .hidden { display: none; } //--></style></head>',
    '<body><div align="center"><table cellspacing="1" cellpadding="3" border="0">',
    ...rows.map(htmlRow),
    '</table></div></body></html>',
  ].join('\r\n');

/** Text in UTF-16LE with its mark, as MetaTrader 5 writes everything. */
export const utf16 = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, 'utf16le');
