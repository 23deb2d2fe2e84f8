import { sql, type RawBuilder } from 'kysely';

/**
 * The plain names of the symbols that a user has traded, as a subquery with the one column `name`. They are found by
 * stepping from one to the next in their index: reading all trades for a dozen words would be slow.
 */
export const tradedNames = (userId: string): RawBuilder<{ name: string }> => sql`
  with recursive names as (
    (select t.name from trades t where t.user_id = ${userId} order by t.name limit 1)
    union all
    select (select t.name from trades t where t.user_id = ${userId} and t.name > names.name
            order by t.name limit 1)
    from names where names.name is not null
  )
  select name from names where name is not null`;
