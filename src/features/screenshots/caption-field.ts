import { screenshotLimits } from '../../data/screenshots.js';
import { textField } from '../../web/form.js';

/** What is written under a picture; '' for nothing. */
export const captionField = textField(screenshotLimits.caption);
