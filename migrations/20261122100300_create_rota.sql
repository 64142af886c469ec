-- A squad's fortnight of days off, as a lead was shown it: a draft until the squad is asked.
CREATE TABLE rota (
    partnership BIGINT NOT NULL,
    id BIGINT NOT NULL,
    squad BIGINT NOT NULL,
    first_date TEXT NOT NULL,
    last_date TEXT NOT NULL,
    -- draft, asked or withdrawn
    state TEXT NOT NULL,
    -- Raised by whatever changes who is off when, so that nothing is planned on what is out of date.
    version BIGINT NOT NULL,
    -- Whether the solver proved that no rota is better: 0 or 1.
    proven BIGINT NOT NULL,
    planned_by BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (partnership, id)
);

-- One person's part of a rota. Dates and ids are JSON lists.
CREATE TABLE rota_part (
    partnership BIGINT NOT NULL,
    rota BIGINT NOT NULL,
    person BIGINT NOT NULL,
    wishes TEXT NOT NULL,
    days_off TEXT NOT NULL,
    -- The rota's version when these days off were planned: nobody agrees to days that they didn't see.
    changed BIGINT NOT NULL,
    agreed BIGINT NOT NULL,
    -- The entries among the person's days away that agreeing has made.
    noted TEXT NOT NULL,
    PRIMARY KEY (partnership, rota, person)
);

CREATE INDEX rota_part_person ON rota_part (partnership, person);
