/** What the style guide needs beside its templates. */
export const exampleData = {};
