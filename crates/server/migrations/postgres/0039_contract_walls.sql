-- no-transaction
-- The second wall between companies; see the docs, ADR 0115. Who does not say whose rows it wants sees none: a program
-- that does not know step 38 reads nothing and writes nothing behind it.
-- One table after the other, so that nobody who writes meanwhile waits for what this holds, while this waits for them.
DO $$
DECLARE
    of TEXT;
    -- The columns are compared once with a value, not once a row with a function.
    sees CONSTANT TEXT := '%I = (SELECT afield_company()) OR (SELECT afield_sees_all())';
    named RECORD;
BEGIN
    FOR named IN
        SELECT c.relname AS name, a.attname AS company
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND NOT a.attisdropped
        AND (a.attname = 'company' OR (c.relname = 'companies' AND a.attname = 'id'))
        ORDER BY c.relname
    LOOP
        of := format(sees, named.company);
        EXECUTE format('DROP POLICY IF EXISTS afield_wall ON %I', named.name);
        EXECUTE format('CREATE POLICY afield_wall ON %I USING (%s)', named.name, of);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', named.name);
        COMMIT;
    END LOOP;
    -- Nobody looks by it any more.
    DROP INDEX IF EXISTS activity_by_job;
END $$;
