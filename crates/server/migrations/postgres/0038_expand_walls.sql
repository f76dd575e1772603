-- What the second wall between companies is made of; see the docs, ADR 0115. It stands from step 39 on.

-- Whose rows this transaction sees: those of the company that `afield.company` names, of all if that is 'all', and of none
-- where nothing is said.
CREATE FUNCTION afield_company() RETURNS UUID LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(nullif(current_setting('afield.company', true), ''), 'all')::uuid $$;
CREATE FUNCTION afield_sees_all() RETURNS BOOLEAN LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT coalesce(current_setting('afield.company', true) = 'all', false) $$;

-- How a transaction that writes comes to a company, in one round trip: it sees its rows from here on, and has its lock.
CREATE FUNCTION afield_enter(company UUID) RETURNS VOID LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM set_config('afield.company', company::text, true);
    PERFORM 1 FROM companies c WHERE c.id = company FOR NO KEY UPDATE;
END $$;
-- In one order, so that no two who want all wait for each other.
CREATE FUNCTION afield_enter_all() RETURNS VOID LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM set_config('afield.company', 'all', true);
    PERFORM 1 FROM companies c ORDER BY c.id FOR NO KEY UPDATE;
END $$;

-- Behind a policy an index is used for what cannot tell anything of a row, and looking into JSON can: the job of an activity
-- becomes a column. The table is written anew for it.
ALTER TABLE activity ADD COLUMN job TEXT COLLATE "C" GENERATED ALWAYS AS (afield_member(data, 'job')) STORED;
CREATE INDEX activity_of_job ON activity (company, job, seq);
