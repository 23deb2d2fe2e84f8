import type { ListRules } from './list-rules.js';
import type { ListField } from './trade-field.js';

/** A list by its headings, in the keys of `headingKey`; ways to say columns are those of `columnsOf`. */
export interface ListShape {
  /** as people know it */
  name: string;
  rules: Partial<ListRules> & Pick<ListRules, 'format'>;
  /** headings that make it this list and no other one; any of several with `|` */
  needs: readonly string[];
  fields: Partial<Record<ListField, string>>;
}
