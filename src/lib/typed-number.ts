/**
 * A decimal number as people type it, as plain text: `1 234,50` is `1234.50`, a real minus counts, and signs of
 * thousands go. Null where it is none, or where a comma may mean either: `1,234`.
 */
export function typedNumber(text: string): string | null {
  const bare = text.replaceAll(/[\s'\u2019]/g, '').replace(/^[\u2212\u2013]/, '-');
  if (/^[+-]?\d{1,3}(,\d{3})+\.\d*$/.test(bare)) return plain(bare.replaceAll(',', ''));
  if (/^[+-]?\d{1,3}(\.\d{3})+,\d*$/.test(bare)) return plain(bare.replaceAll('.', '').replace(',', '.'));
  if (!bare.includes(',')) return plain(bare);
  return /^[+-]?[1-9]\d{0,2},\d{3}$/.test(bare) ? null : plain(bare.replace(',', '.'));
}

function plain(text: string): string | null {
  const [, sign = '', whole = '', fraction = ''] = /^([+-]?)(\d*)\.?(\d*)$/.exec(text) ?? [];
  if (whole + fraction === '') return null;
  const figures = `${whole.replace(/^0+(?=\d)/, '') || '0'}${fraction === '' ? '' : `.${fraction}`}`;
  return sign === '-' && /[1-9]/.test(figures) ? `-${figures}` : figures;
}
