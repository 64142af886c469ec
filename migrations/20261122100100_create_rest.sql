-- The level of a squad's streak when it was looked at last: what its lead knows.
CREATE TABLE squad_streak (
    partnership BIGINT NOT NULL,
    squad BIGINT NOT NULL,
    level BIGINT NOT NULL,
    PRIMARY KEY (partnership, squad)
);

-- Rest days that a lead proposed to all of a squad. Who is off is in their own list of days away.
CREATE TABLE rest_day (
    partnership BIGINT NOT NULL,
    squad BIGINT NOT NULL,
    date TEXT NOT NULL,
    proposed_by BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (partnership, squad, date)
);
