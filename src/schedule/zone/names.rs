//! The names of zones that the IANA database doesn't have, and the order to offer them in.

use chrono_tz::Tz;

/// Zones to offer before others, the project's own first.
pub(super) const COMMON: [Tz; 25] = [
    Tz::Europe__London,
    Tz::Asia__Kolkata,
    Tz::Europe__Dublin,
    Tz::Europe__Paris,
    Tz::Europe__Berlin,
    Tz::Europe__Warsaw,
    Tz::Europe__Madrid,
    Tz::Europe__Lisbon,
    Tz::Europe__Athens,
    Tz::Europe__Bucharest,
    Tz::America__New_York,
    Tz::America__Chicago,
    Tz::America__Denver,
    Tz::America__Los_Angeles,
    Tz::America__Sao_Paulo,
    Tz::Africa__Lagos,
    Tz::Africa__Johannesburg,
    Tz::Asia__Dubai,
    Tz::Asia__Karachi,
    Tz::Asia__Dhaka,
    Tz::Asia__Singapore,
    Tz::Asia__Tokyo,
    Tz::Australia__Sydney,
    Tz::Pacific__Auckland,
    Tz::UTC,
];

/// Countries with one zone, and cities that go by the zone of another, in lower case.
pub(super) const FRIENDLY: [(&str, Tz); 50] = [
    ("uk", Tz::Europe__London),
    ("united kingdom", Tz::Europe__London),
    ("great britain", Tz::Europe__London),
    ("britain", Tz::Europe__London),
    ("england", Tz::Europe__London),
    ("scotland", Tz::Europe__London),
    ("wales", Tz::Europe__London),
    ("northern ireland", Tz::Europe__London),
    ("edinburgh", Tz::Europe__London),
    ("glasgow", Tz::Europe__London),
    ("cardiff", Tz::Europe__London),
    ("manchester", Tz::Europe__London),
    ("leeds", Tz::Europe__London),
    ("ireland", Tz::Europe__Dublin),
    ("india", Tz::Asia__Kolkata),
    ("mumbai", Tz::Asia__Kolkata),
    ("delhi", Tz::Asia__Kolkata),
    ("bengaluru", Tz::Asia__Kolkata),
    ("bangalore", Tz::Asia__Kolkata),
    ("chennai", Tz::Asia__Kolkata),
    ("hyderabad", Tz::Asia__Kolkata),
    ("pune", Tz::Asia__Kolkata),
    ("pakistan", Tz::Asia__Karachi),
    ("bangladesh", Tz::Asia__Dhaka),
    ("sri lanka", Tz::Asia__Colombo),
    ("nepal", Tz::Asia__Kathmandu),
    ("france", Tz::Europe__Paris),
    ("germany", Tz::Europe__Berlin),
    ("munich", Tz::Europe__Berlin),
    ("netherlands", Tz::Europe__Amsterdam),
    ("belgium", Tz::Europe__Brussels),
    ("switzerland", Tz::Europe__Zurich),
    ("austria", Tz::Europe__Vienna),
    ("italy", Tz::Europe__Rome),
    ("milan", Tz::Europe__Rome),
    ("poland", Tz::Europe__Warsaw),
    ("romania", Tz::Europe__Bucharest),
    ("bulgaria", Tz::Europe__Sofia),
    ("greece", Tz::Europe__Athens),
    ("sweden", Tz::Europe__Stockholm),
    ("norway", Tz::Europe__Oslo),
    ("denmark", Tz::Europe__Copenhagen),
    ("finland", Tz::Europe__Helsinki),
    ("nigeria", Tz::Africa__Lagos),
    ("kenya", Tz::Africa__Nairobi),
    ("south africa", Tz::Africa__Johannesburg),
    ("united arab emirates", Tz::Asia__Dubai),
    ("uae", Tz::Asia__Dubai),
    ("san francisco", Tz::America__Los_Angeles),
    ("z", Tz::UTC),
];

/// Names that several zones share, or that leave out summer time, with those that may be
/// meant, in lower case. `EST`, `MST` and `HST` are IANA names of zones without summer time,
/// and hardly ever what somebody means.
pub(super) const ABBREVIATIONS: [(&str, &[Tz]); 16] = [
    ("bst", &[Tz::Europe__London, Tz::Asia__Dhaka]),
    (
        "ist",
        &[Tz::Asia__Kolkata, Tz::Europe__Dublin, Tz::Asia__Jerusalem],
    ),
    (
        "est",
        &[
            Tz::America__New_York,
            Tz::America__Toronto,
            Tz::America__Panama,
        ],
    ),
    ("edt", &[Tz::America__New_York, Tz::America__Toronto]),
    ("cst", &[Tz::America__Chicago, Tz::Asia__Shanghai]),
    ("cdt", &[Tz::America__Chicago]),
    ("mst", &[Tz::America__Denver, Tz::America__Phoenix]),
    ("mdt", &[Tz::America__Denver]),
    ("pst", &[Tz::America__Los_Angeles, Tz::America__Vancouver]),
    ("pdt", &[Tz::America__Los_Angeles, Tz::America__Vancouver]),
    ("hst", &[Tz::Pacific__Honolulu]),
    ("cest", &[Tz::Europe__Paris, Tz::Europe__Berlin]),
    ("eest", &[Tz::Europe__Athens, Tz::Europe__Bucharest]),
    (
        "us",
        &[
            Tz::America__New_York,
            Tz::America__Chicago,
            Tz::America__Los_Angeles,
        ],
    ),
    (
        "usa",
        &[
            Tz::America__New_York,
            Tz::America__Chicago,
            Tz::America__Los_Angeles,
        ],
    ),
    (
        "australia",
        &[
            Tz::Australia__Sydney,
            Tz::Australia__Perth,
            Tz::Australia__Adelaide,
        ],
    ),
];

/// Regions whose names are all kept for old data.
pub(super) const OLD_REGIONS: [&str; 6] = ["US", "Canada", "Brazil", "Chile", "Mexico", "Etc"];

/// Well-known cities under their old spelling.
pub(super) const OLD: [Tz; 10] = [
    Tz::America__Buenos_Aires,
    Tz::Asia__Calcutta,
    Tz::Asia__Dacca,
    Tz::Asia__Katmandu,
    Tz::Asia__Rangoon,
    Tz::Asia__Saigon,
    Tz::Atlantic__Faeroe,
    Tz::Europe__Kiev,
    Tz::Pacific__Ponape,
    Tz::Pacific__Truk,
];
