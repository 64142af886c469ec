use super::*;
use crate::features::organisation::model::Holidays;

const ADMIN: Caller = Caller { admin: true, steward: false, contact: false };
const STEWARD: Caller = Caller { admin: false, steward: true, contact: false };
const CONTACT: Caller = Caller { admin: false, steward: false, contact: true };
const NOBODY: Caller = Caller { admin: false, steward: false, contact: false };

fn organisation(id: i64, name: &str, role: Option<i64>) -> Organisation {
    Organisation {
        id: OrganisationId(id),
        name: name.to_owned(),
        tag: name.to_owned(),
        role: role.map(RoleId),
        calendar: Holidays::none(),
        settings: Settings::default(),
        pending: None,
        hours: None,
        channel: None,
        hears_releases: false,
        left: false,
    }
}

#[test]
fn stewards_hold_the_keys_once_there_is_one() {
    use Part::{Calendar, Contact, Looks, Steward};
    let cases = [
        (ADMIN, false, [true, true, true, true]),
        (ADMIN, true, [true, false, false, false]),
        (STEWARD, true, [true, true, true, true]),
        (CONTACT, false, [true, true, true, true]),
        (CONTACT, true, [true, false, false, true]),
        (NOBODY, false, [false, false, false, false]),
        (NOBODY, true, [false, false, false, false]),
    ];
    for (caller, has_steward, expected) in cases {
        let may = [Looks, Calendar, Steward, Contact].map(|part| may(caller, has_steward, part));
        assert_eq!(may, expected, "{caller:?} {has_steward}");
    }
}

#[test]
fn joining_needs_a_yes_where_there_is_a_steward() {
    use Membership::{Agreed, Asked};
    let (here, there) = (OrganisationId(1), OrganisationId(2));
    let cases = [
        (None, false, false, Joining::Agreed),
        (None, true, false, Joining::Asked),
        (None, true, true, Joining::Agreed),
        (Some((here, Agreed)), true, false, Joining::Already(Agreed)),
        (Some((here, Asked)), true, false, Joining::Already(Asked)),
        (Some((here, Asked)), false, false, Joining::Agreed),
        (Some((there, Agreed)), true, false, Joining::Asked),
        (Some((there, Agreed)), false, false, Joining::Agreed),
    ];
    for (current, has_steward, is_steward, expected) in cases {
        assert_eq!(joining(current, here, has_steward, is_steward), expected, "{current:?} {has_steward} {is_steward}");
    }
    for (current, counts) in
        [(None, false), (Some((here, Asked)), true), (Some((here, Agreed)), false), (Some((there, Asked)), false)]
    {
        assert_eq!(still_asks(current, here), counts, "{current:?}");
    }
}

#[test]
fn what_the_roles_suggest_is_offered_first() {
    let all = [organisation(1, "A", Some(10)), organisation(2, "B", None), organisation(3, "C", Some(30))];
    for (roles, expected) in [(vec![], [1, 2, 3]), (vec![30], [3, 1, 2]), (vec![99], [1, 2, 3])] {
        let roles: Vec<RoleId> = roles.into_iter().map(RoleId).collect();
        let order: Vec<i64> = offered(&all, &roles).into_iter().map(|one| one.id.0).collect();
        assert_eq!(order, expected, "{roles:?}");
    }
}

#[test]
fn small_groups_are_not_counted() {
    for (count, minimum, shown) in
        [(0, 5, None), (4, 5, None), (5, 5, Some(5)), (7, 8, None), (8, 8, Some(8)), (4, 1, None)]
    {
        let settings = Settings { minimum_group: minimum, ..Settings::default() };
        assert_eq!(shown_count(count, settings), shown, "{count} {minimum}");
    }
}

#[test]
fn tags_are_short_and_unique() {
    let cases: [(&str, &[&str], &str); 8] = [
        ("Acme", &[], "ACME"),
        ("Acme", &["acme"], "ACME2"),
        ("Acme", &["acme", "ACME2"], "ACME3"),
        ("National Health Service", &[], "NHS"),
        ("Pharmacies", &[], "PHARMA"),
        ("Pharmacies", &["PHARMA"], "PHAR2"),
        ("🚚 Ünited-Parcels", &[], "ÜNITED"),
        ("🚚", &[], "ORG"),
    ];
    for (name, taken, expected) in cases {
        assert_eq!(tag_for(name, taken), expected, "{name}");
        assert!(parse_tag(expected, taken).is_ok(), "{expected} can be entered, too");
    }
    for text in ["", " ", "A B", "SEVENUP", "<@1>", "nhs"] {
        assert!(parse_tag(text, &["NHS"]).is_err(), "{text}");
    }
}

#[test]
fn two_organisations_do_not_share_a_name() {
    let all = [organisation(1, "Acme", None)];
    for (name, except, clashes) in [("acme", None, true), ("Acme", Some(1), false), ("Beta", None, false)] {
        assert_eq!(no_clash(&all, name, except.map(OrganisationId)).is_err(), clashes, "{name} {except:?}");
    }
}

#[test]
fn settings_have_bounds() {
    for (group, days, right) in [
        ("5", "30", true),
        ("100", "3650", true),
        ("4", "365", false),
        ("101", "365", false),
        ("five", "365", false),
        ("5", "29", false),
        ("5", "3651", false),
        ("5", "", false),
    ] {
        assert_eq!(parse_settings(group, days, Settings::default()).is_ok(), right, "{group} {days}");
    }
}

#[test]
fn a_change_takes_effect_after_seven_days() {
    let now = DateTime::UNIX_EPOCH;
    let current = Settings::default();
    assert_eq!(announced(current, current, now), None);
    let wanted = Settings { steward_flags: true, ..current };
    let at = now + TimeDelta::days(7);
    assert_eq!(announced(current, wanted, now), Some((wanted, at)));
    let one = Organisation { pending: Some((wanted, at)), ..organisation(1, "Acme", None) };
    for (later, settings, waits) in
        [(TimeDelta::zero(), current, true), (TimeDelta::days(7), wanted, false), (TimeDelta::days(9), wanted, false)]
    {
        let (counts, pending) = settings_at(&one, now + later);
        assert_eq!((counts, pending.is_some()), (settings, waits), "{later}");
    }
}
