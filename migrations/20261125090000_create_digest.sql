-- How many check-ins were answered in a week, fixed once it is over: of groups that can be told of beside each other.
CREATE TABLE digest_rate (
    partnership BIGINT NOT NULL,
    -- The week's Monday.
    monday TEXT NOT NULL,
    -- 'squad-3', 'organisation-2'; empty: the week is fixed.
    about TEXT NOT NULL,
    answered BIGINT NOT NULL,
    asked BIGINT NOT NULL,
    PRIMARY KEY (partnership, monday, about)
);
