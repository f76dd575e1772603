-- What refers to a record: a customer's places and jobs, for the office.
CREATE INDEX record_links_to ON record_links (company, to_module, to_id, from_module);
