//! Digests as people read them, held against stored ones; `WRITE_DOCUMENTS=1` writes those anew.

use chrono_tz::Tz;

use super::super::examples::{LEAD, at, blocker, cleared, date, days, decision, nothing, waits};
use super::super::model::{Rate, Week};
use super::super::policy::people::People;
use super::super::policy::whole::Whole;
use super::super::policy::{Ask, Facts, Why};
use super::*;
use crate::features::blocker::model::SeenBy;
use crate::features::cover::model::{Cover, Skill, State};
use crate::features::organisation::model::{Holidays, Organisation};
use crate::features::release::model::Release;
use crate::features::share::model::{Body, Kind, State as Shown};
use crate::partnership::{NOBODY, Row, SquadId, UserId};

const HERE: PartnershipId = PartnershipId(7);

fn around() -> Surroundings {
    let names = [(1, "Fennel Digital", "FEN"), (9, "National Testing Agency", "NTA")];
    Surroundings {
        partnership: HERE,
        problem: None,
        vision: None,
        organisations: names
            .map(|(id, name, tag)| (OrganisationId(id), (name.to_owned(), tag.to_owned())))
            .into_iter()
            .collect(),
    }
}

/// A message as somebody reads it: its text, and its buttons in brackets.
fn read(digest: &Digest, foot: &str, about: About, week: Week) -> String {
    let message = message(digest, foot, HERE, about, week);
    let mut text = message.text;
    for row in message.rows {
        if let Row::Buttons(buttons) = row {
            let labels: Vec<String> = buttons.into_iter().map(|button| format!("[{}]", button.label)).collect();
            text.push('\n');
            text.push_str(&labels.join(" "));
        }
    }
    text + "\n"
}

fn squads(facts: &Facts, around: &Surroundings, before: &[Ask]) -> String {
    let digest = squad::squad(facts, around, before, LEAD);
    let foot = window(facts.week, facts.last(), facts.squad.zone);
    read(&digest, &foot, About::Squad(SquadId(1)), facts.week)
}

fn reads_as_it_did(name: &str, text: &str) {
    let path = format!("{}/tests/digests/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("WRITE_DOCUMENTS").is_some() {
        std::fs::write(&path, text).expect("written");
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(stored == text, "{path} says something else; WRITE_DOCUMENTS=1 writes it anew. Now it is:\n{text}");
}

fn told(answered: i64, asked: i64) -> Rate {
    Rate { answered, asked, by_day: [6, 6, 5, 6, 5, 0, 0], halves_off: 3 }
}

fn story(number: i64, title: &str, when: &str) -> Share {
    Share {
        number,
        kind: Kind::Success,
        state: Shown::Open,
        person: UserId(3),
        organisation: Some(OrganisationId(1)),
        says: Body { title: title.to_owned(), ..Body::default() },
        shared_at: at(when),
        changed_at: at(when),
    }
}

fn release(when: &str) -> Release {
    Release { id: 1, squad: SquadId(1), what: "a release".to_owned(), at: at(when) }
}

/// The week is over, and it is the Monday after it.
fn over(mut facts: Facts, monday: &str) -> Facts {
    facts.week = Week::of(date(monday));
    facts.now = facts.week.instants(facts.squad.zone).1 + chrono::TimeDelta::hours(9);
    facts
}

#[test]
fn a_first_week() {
    let mut facts = over(nothing(), "2026-03-23");
    facts.rates.insert(facts.week, told(22, 30));
    facts.releases = vec![release("2026-03-26T15:00:00Z")];
    facts.blockers = vec![waits(blocker(1, "2026-03-25T12:00:00Z"), 2.2)];
    reads_as_it_did("first-week", &squads(&facts, &around(), &[]));
}

#[test]
fn a_quiet_week() {
    let text = squads(&over(nothing(), "2026-03-23"), &around(), &[]);
    assert_eq!(text.lines().filter(|line| !line.starts_with("-#") && !line.starts_with('[')).count(), 2, "{text}");
    reads_as_it_did("quiet-week", &text);
}

#[test]
fn the_squad_on_day_35() {
    let mut facts = over(nothing(), "2026-03-30");
    facts.rates.insert(facts.week, told(41, 49));
    facts.rates.insert(facts.week.before(), told(46, 49));
    facts.dates = days(&[true; 35], "2026-04-05");
    facts.releases = ["2026-03-31T15:00:00Z", "2026-04-02T15:00:00Z", "2026-03-26T15:00:00Z"].map(release).to_vec();
    let mut first = blocker(1, "2026-03-25T12:00:00Z");
    first.waits = Some(OrganisationId(1));
    let mut second = blocker(2, "2026-03-31T12:00:00Z");
    second.owner = NOBODY;
    second.asked = None;
    let mut third = blocker(3, "2026-03-24T12:00:00Z");
    third.says.helped = "ringing them".to_owned();
    let in_hand = (blocker(4, "2026-03-24T12:00:00Z"), Standing::InHand(at("2026-04-09T12:00:00Z")));
    facts.blockers = vec![waits(first, 5.4), (second, Standing::Open), cleared(third, "2026-04-01T12:00:00Z"), in_hand];
    facts.shared.decisions = [
        decision(1, "2026-03-02T12:00:00Z", Some("2026-04-03"), LEAD),
        decision(2, "2026-04-01T12:00:00Z", None, UserId(5)),
    ]
    .into();
    facts.shared.shares = [story(4, "They sent two people for a *week* <@1> @everyone", "2026-04-02T12:00:00Z")].into();
    facts.shared.coffees = [at("2026-04-01T12:00:00Z"), at("2026-04-02T12:00:00Z")].into();
    let mut around = around();
    around.problem = Some("Nobody knows within a day whether they may go to work.".to_owned());
    around.vision = Some("Everybody has their result by the next morning.".to_owned());
    let before = [
        Ask::Rest { days: 28 },
        Ask::Blocker { id: 1, why: Why::Waits },
        Ask::Blocker { id: 3, why: Why::Waits },
        Ask::Blocker { id: 4, why: Why::Waits },
        Ask::Review { number: 1 },
    ];
    reads_as_it_did("day-35", &squads(&facts, &around, &before));
}

#[test]
fn twelve_organisations() {
    let mut facts = over(nothing(), "2026-03-23");
    let mut around = around();
    for id in 1..=12 {
        around.organisations.insert(OrganisationId(id), (format!("Organisation {id}"), format!("O{id}")));
    }
    facts.blockers = (1..=36)
        .map(|id| {
            let mut one = blocker(id, "2026-03-16T12:00:00Z");
            one.waits = Some(OrganisationId(1 + id % 12));
            one.asked = Some(OrganisationId(1 + (id + 1 + id / 12) % 12));
            #[allow(clippy::cast_precision_loss, reason = "a small number")]
            waits(one, 1.0 + id as f64 / 4.0)
        })
        .collect();
    let text = squads(&facts, &around, &[]);
    assert_eq!(text.matches("[Nudge about").count(), MOST_BUTTONS, "as many buttons as have room");
    assert!((1..=36).all(|id| text.contains(&format!("B-{id}"))), "and every one is there");
    reads_as_it_did("twelve-organisations", &text);
}

#[test]
fn a_week_over_new_year() {
    let mut facts = over(nothing(), "2026-12-28");
    facts.rates.insert(facts.week, told(9, 14));
    facts.rates.insert(facts.week.before(), told(10, 10));
    facts.releases = ["2026-12-31T23:30:00Z", "2027-01-01T00:30:00Z", "2027-01-04T00:00:00Z"].map(release).to_vec();
    facts.releases.retain(|one| one.at < facts.week.instants(facts.squad.zone).1);
    reads_as_it_did("new-year", &squads(&facts, &around(), &[]));
}

#[test]
fn a_week_in_which_the_clocks_change() {
    // New York's clocks go forward on Sunday 8 March: the week has 167 hours, and ends four hours behind UTC.
    let mut facts = nothing();
    facts.squad.zone = Tz::America__New_York;
    let mut facts = over(facts, "2026-03-02");
    facts.releases = ["2026-03-02T04:59:59Z", "2026-03-02T05:00:00Z", "2026-03-09T03:59:59Z", "2026-03-09T04:00:00Z"]
        .map(release)
        .to_vec();
    assert_eq!(facts.figures(facts.week)[&Measure::Releases], 2);
    reads_as_it_did("change-of-clocks", &squads(&facts, &around(), &[]));
}

#[test]
fn a_squad_that_was_archived_midway() {
    let mut facts = over(nothing(), "2026-03-23");
    facts.squad.archived = true;
    facts.dates = days(&[false, false, false, false, true, true, true], "2026-03-29");
    facts.releases = vec![release("2026-03-24T15:00:00Z")];
    facts.shared.decisions = [decision(3, "2026-03-25T12:00:00Z", None, LEAD)].into();
    reads_as_it_did("archived-midway", &squads(&facts, &around(), &[]));
}

#[test]
fn while_a_week_goes_on_the_last_ones_rate_is_told() {
    let mut facts = nothing();
    facts.rates.insert(facts.week.before(), told(9, 10));
    facts.rates.insert(facts.week.before().before(), told(8, 10));
    let text = squads(&facts, &around(), &[]);
    assert!(text.contains("Check-ins answered in the week of 16 March 2026: 90 % (10 points more)"), "{text}");
}

#[test]
fn what_a_lead_may_not_read_is_counted_and_not_named() {
    let mut facts = over(nothing(), "2026-03-23");
    facts.blockers = vec![
        waits(blocker(1, "2026-03-25T12:00:00Z"), 2.2),
        cleared(blocker(2, "2026-03-25T12:00:00Z"), "2026-03-26T12:00:00Z"),
    ];
    facts.hidden = [1, 2].into();
    let text = squads(&facts, &around(), &[]);
    assert!(text.contains("Blockers raised: 2") && !text.contains("B-1") && !text.contains("B-2"), "{text}");
}

#[test]
fn an_organisations_people() {
    let mut organisation =
        Organisation::new("Fennel Digital".to_owned(), "FEN".to_owned(), None, Holidays::BuiltIn("none".to_owned()));
    organisation.id = OrganisationId(1);
    let facts = over(nothing(), "2026-03-30");
    let mut people = People {
        week: facts.week,
        now: facts.now,
        zone: Tz::Europe__London,
        organisation,
        rates: [(facts.week, told(41, 49)), (facts.week.before(), told(46, 49))].into(),
        needed: vec![(
            UserId(4),
            "**Cover needed** for **Ben** (<@4>) in Checkout: Wednesday 1 April; label printer.".to_owned(),
        )],
        covers: vec![Cover {
            id: 6,
            person: UserId(5),
            squad: SquadId(1),
            skill: Skill { key: "midnight batch".to_owned(), name: "midnight batch".to_owned() },
            first: date("2026-04-08"),
            last: date("2026-04-09"),
            state: State::Open,
            volunteer: None,
            hand_over: None,
            shared: false,
            stewards_told: true,
        }],
        joining: 2,
        blockers: Vec::new(),
        hidden: BTreeSet::new(),
        shared: facts.shared.clone(),
    };
    let mut one = blocker(1, "2026-03-25T12:00:00Z");
    (one.waits, one.asked) = (Some(OrganisationId(9)), Some(OrganisationId(1)));
    let mut done = blocker(2, "2026-03-25T12:00:00Z");
    (done.waits, done.asked) = (Some(OrganisationId(9)), Some(OrganisationId(1)));
    people.blockers = vec![waits(one, 3.1), cleared(done, "2026-04-01T12:00:00Z")];
    people.shared.shares = [story(4, "A night shift that went well", "2026-04-02T12:00:00Z")].into();
    let before = [Ask::Cover { id: 5 }, Ask::Cover { id: 6 }, Ask::Blocker { id: 1, why: Why::NobodyHere }];
    let digest = people::people(&people, &around(), &before);
    let foot = window(people.week, people.week.sunday(), people.zone);
    reads_as_it_did("steward", &read(&digest, &foot, About::Organisation(OrganisationId(1)), people.week));
    assert!(
        files::markdown(&digest, &foot, None)
            .contains("- Cover needed for Ben in Checkout: Wednesday 1 April; label printer."),
        "a file pings nobody"
    );
}

#[test]
fn the_partnership() {
    let facts = over(nothing(), "2026-03-30");
    let mut whole = Whole {
        week: facts.week,
        now: facts.now,
        zone: Tz::Europe__London,
        name: "Home Testing".to_owned(),
        releases: vec![at("2026-03-31T15:00:00Z"), at("2026-03-26T15:00:00Z")],
        blockers: Vec::new(),
        shared: facts.shared.clone(),
    };
    let public = Blocker { seen_by: SeenBy::Everybody, ..blocker(1, "2026-03-25T12:00:00Z") };
    let (public, _) = cleared(public, "2026-04-01T12:00:00Z");
    let (squads_own, _) = cleared(blocker(2, "2026-03-25T12:00:00Z"), "2026-04-01T12:00:00Z");
    whole.blockers = Whole::for_everybody([public, squads_own].iter());
    whole.shared.decisions = [decision(2, "2026-04-01T12:00:00Z", None, UserId(5))].into();
    whole.shared.shares = [story(4, "A night shift that went well", "2026-04-02T12:00:00Z")].into();
    whole.shared.coffees = [at("2026-04-01T12:00:00Z")].into();
    let digest = whole::whole(&whole, &around());
    reads_as_it_did(
        "partnership",
        &read(&digest, &window(whole.week, whole.week.sunday(), whole.zone), About::Partnership, whole.week),
    );
    whole.shared.guests = 4;
    let digest = whole::whole(&whole, &around());
    assert!(!format!("{digest:?}").contains("coffee"), "of four people nothing is told");
}
