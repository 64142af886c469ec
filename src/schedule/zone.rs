//! Time zones, by the names that people know.

mod names;

use chrono_tz::{TZ_VARIANTS, Tz};

use self::names::{ABBREVIATIONS, COMMON, FRIENDLY, OLD, OLD_REGIONS};
use super::error::{ScheduleError, quoted};

/// Reads a time zone: an IANA name in any case (`europe/london`), the city alone (`Kolkata`,
/// `New York`), or the name of a country with one zone (`UK`, `India`).
///
/// Abbreviations such as `EST` are refused, with the names that may be meant: they leave out
/// summer time, or belong to several zones.
pub fn parse_zone(text: &str) -> Result<Tz, ScheduleError> {
    let written = folded(text);
    if written.is_empty() || written.len() > 64 {
        return Err(unknown(text, &[]));
    }
    if let Some((_, zones)) = ABBREVIATIONS.iter().find(|(name, _)| *name == written) {
        return Err(unclear(text, zones));
    }
    let friendly = FRIENDLY.iter().find(|(name, _)| *name == written).map(|(_, zone)| *zone);
    let named = || TZ_VARIANTS.into_iter().find(|zone| folded(zone.name()) == written);
    let in_city = || {
        let mut zones = TZ_VARIANTS.into_iter().filter(|zone| city(&folded(zone.name())) == written);
        zones.next()
    };
    let found = friendly.or_else(named).or_else(in_city);
    found.ok_or_else(|| {
        if is_offset(&written) { unclear(text, &COMMON[..2]) } else { unknown(text, &zone_choices(text, 3)) }
    })
}

/// Whether it is a fixed distance from UTC: `+01:00`, `UTC+1`, `GMT -5`.
fn is_offset(written: &str) -> bool {
    let plain = written.trim_start_matches("utc").trim_start_matches("gmt").trim_start();
    plain.starts_with(['+', '-', '−'])
}

/// The zones that fit what somebody has typed so far, best first, at most `limit`; the usual
/// ones when nothing is typed yet.
pub fn zone_choices(prefix: &str, limit: usize) -> Vec<Tz> {
    let written: String = folded(prefix).chars().take(64).collect();
    if written.is_empty() {
        return COMMON.into_iter().take(limit).collect();
    }
    let mut found = ranked(|zone| fit(zone, &written));
    if found.is_empty() {
        found = ranked(|zone| nearness(zone, &written));
    }
    found.truncate(limit);
    found
}

/// All zones that get a rank: the lowest first, current names before old ones, usual ones
/// before others, then by name.
fn ranked(rank: impl Fn(Tz) -> Option<usize>) -> Vec<Tz> {
    let usual = |zone: Tz| COMMON.iter().position(|other| *other == zone).unwrap_or(COMMON.len());
    let key = |zone: Tz| rank(zone).map(|rank| (rank, is_old(zone), usual(zone), zone.name()));
    let mut keyed: Vec<_> = TZ_VARIANTS.into_iter().filter_map(|zone| key(zone).map(|key| (key, zone))).collect();
    keyed.sort_by(|one, other| one.0.cmp(&other.0));
    keyed.into_iter().map(|(_, zone)| zone).collect()
}

/// How well a zone fits the start of a name; 0 is best.
fn fit(zone: Tz, written: &str) -> Option<usize> {
    let full = folded(zone.name());
    let friendly = |fits: &dyn Fn(&str) -> bool| FRIENDLY.iter().any(|(name, other)| *other == zone && fits(name));
    let words = || full.split(['/', ' ', '-']);
    let tests: [&dyn Fn() -> bool; 5] = [
        &|| full == written || city(&full) == written || friendly(&|name| name == written),
        &|| city(&full).starts_with(written) || friendly(&|name| name.starts_with(written)),
        &|| full.starts_with(written),
        &|| words().any(|word| word.starts_with(written)),
        &|| written.len() >= 3 && full.contains(written),
    ];
    tests.iter().position(|test| test())
}

/// How many letters of the name have to be changed, if they are few.
fn nearness(zone: Tz, written: &str) -> Option<usize> {
    let full = folded(zone.name());
    let names = FRIENDLY.iter().filter(|(_, other)| *other == zone).map(|(name, _)| *name);
    let near = names.chain([full.as_str(), city(&full)]).map(|name| distance(name, written)).min();
    near.filter(|changes| *changes <= written.len().div_ceil(4).min(3))
}

/// Names that are kept for old data alone, and that nobody should be offered first.
fn is_old(zone: Tz) -> bool {
    let region = zone.name().split('/').next().unwrap_or_default();
    !zone.name().contains('/') || OLD_REGIONS.contains(&region) || OLD.contains(&zone)
}

/// A name without differences of case, spaces and underscores.
fn folded(name: &str) -> String {
    let spaced = name.replace('_', " ").to_lowercase();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What stands after the last slash.
fn city(folded_name: &str) -> &str {
    folded_name.rsplit('/').next().unwrap_or(folded_name)
}

/// Letters to insert, delete, replace or swap with their neighbour (optimal string alignment).
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().abs_diff(other.len()) > 3 {
        return usize::MAX;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let mut least = (above[j] + usize::from(a != b)).min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == other[j - 1] && one[i - 1] == *b {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or(usize::MAX)
}

fn listed(zones: &[Tz]) -> String {
    let names: Vec<String> = zones.iter().map(|zone| format!("`{}`", zone.name())).collect();
    match names.as_slice() {
        [rest @ .., last] if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        names => names.concat(),
    }
}

fn unclear(text: &str, zones: &[Tz]) -> ScheduleError {
    let problem = format!("{} doesn't say enough about summer time", quoted(text));
    ScheduleError::new("zone", format!("{problem}; name a city, such as {}.", listed(zones)))
}

fn unknown(text: &str, near: &[Tz]) -> ScheduleError {
    let advice = if near.is_empty() {
        "name a large city in it, such as `Europe/London` or `Asia/Kolkata`".to_owned()
    } else {
        format!("do you mean {}?", listed(near)).trim_end_matches('?').to_owned()
    };
    let end = if near.is_empty() { "." } else { "?" };
    ScheduleError::new("zone", format!("{} is not a time zone; {advice}{end}", quoted(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_go_by_many_names() {
        for (text, expected) in [
            ("Europe/London", "Europe/London"),
            ("europe/london", "Europe/London"),
            (" LONDON ", "Europe/London"),
            ("UK", "Europe/London"),
            ("Scotland", "Europe/London"),
            ("Northern Ireland", "Europe/London"),
            ("Kolkata", "Asia/Kolkata"),
            ("india", "Asia/Kolkata"),
            ("new york", "America/New_York"),
            ("america/new york", "America/New_York"),
            ("Lord_Howe", "Australia/Lord_Howe"),
            ("utc", "UTC"),
            ("Ireland", "Europe/Dublin"),
        ] {
            assert_eq!(parse_zone(text).map(Tz::name), Ok(expected), "{text}");
        }
    }

    #[test]
    fn unknown_zones_get_suggestions() {
        for (text, expected) in [
            ("Lodnon", "`Europe/London`"),
            ("Asia/Kolkatta", "`Asia/Kolkata`"),
            ("EST", "`America/New_York`"),
            ("bst", "`Europe/London`"),
            ("IST", "`Asia/Kolkata`"),
            ("USA", "`America/Chicago`"),
            ("Narnia", "large city"),
            ("UTC+1", "city"),
            ("", "large city"),
        ] {
            let error = parse_zone(text).expect_err(text);
            assert_eq!(error.field(), "zone");
            assert!(error.message().contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn the_best_choice_comes_first() {
        for (prefix, expected) in [
            ("lon", "Europe/London"),
            ("London", "Europe/London"),
            ("new", "America/New_York"),
            ("york", "America/New_York"),
            ("ind", "Asia/Kolkata"),
            ("eng", "Europe/London"),
            ("europe/", "Europe/London"),
            ("syd", "Australia/Sydney"),
            ("lodnon", "Europe/London"),
            ("", "Europe/London"),
        ] {
            let choices = zone_choices(prefix, 25);
            assert_eq!(choices.first().map(|zone| zone.name()), Some(expected), "{prefix}");
            assert!(choices.len() <= 25);
        }
        assert!(zone_choices("zzzzzz", 25).is_empty());
    }

    #[test]
    fn every_zone_is_found_by_its_own_name() {
        for zone in TZ_VARIANTS {
            let own = folded(zone.name());
            let is_named = |names: &[&str]| names.contains(&own.as_str());
            if is_named(&ABBREVIATIONS.map(|(name, _)| name)) || is_named(&FRIENDLY.map(|(name, _)| name)) {
                continue;
            }
            assert_eq!(parse_zone(zone.name()).map(Tz::name), Ok(zone.name()));
            assert_eq!(zone_choices(zone.name(), 1).len(), 1);
        }
    }
}
