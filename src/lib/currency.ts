/** Decimals of a currency's amounts: none for yen, two for whatever is not known. `code` has three capital letters. */
export const currencyDigits = (code: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency: code }).resolvedOptions()
    .maximumFractionDigits ?? 2;
