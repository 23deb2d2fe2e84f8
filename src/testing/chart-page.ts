import type { Page } from 'playwright-core';

/** How many pixels of a chart are not empty. */
export const painted = (page: Page, id: string): Promise<number> =>
  page.evaluate(`(() => {
    const canvas = document.querySelector('#${id} canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let n = 0;
    for (let at = 3; at < data.length; at += 4) if (data[at] > 0) n += 1;
    return n;
  })()`);

export const boxOf = async (page: Page, id: string) => {
  const box = await page.locator(`#${id} .u-over`).boundingBox();
  if (box === null) throw new Error(`There is no chart ${id}.`);
  return box;
};

export const isZoomed = (page: Page, id: string): Promise<boolean> =>
  page.evaluate(`document.getElementById('${id}').hasAttribute('data-zoomed')`);

interface Sent {
  times: number[];
  values: number[];
  equity: (number | null)[];
  peaks: number[];
  flows: [number, number, number][];
}

export const sentOf = (page: Page, id: string): Promise<Sent> =>
  page.evaluate(`JSON.parse(document.getElementById('${id}').dataset.columns)`);

/** Cells of the table behind a chart, row by row; numbers are read back. */
export const tableOf = (page: Page, id: string, which = 0): Promise<(string | number)[][]> =>
  page.evaluate(`[...document.querySelectorAll('#${id} .as-table table')[${which}].tBodies[0].rows].map((row) =>
    [...row.cells].map((cell, at) => at === 0 ? cell.textContent.trim()
      : Number(cell.textContent.replace('−', '-').replace(/[^0-9.-]/g, ''))))`);
