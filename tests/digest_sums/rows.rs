//! A world's rows, read with plain SQL, and what they add up to.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;
use elevenses::partnership::PartnershipId;
use elevenses::storage::Db;
use sqlx::FromRow;
use sqlx::any::AnyRow;

use super::{first, midnight};

/// Figures by their names.
pub(crate) type Sums = BTreeMap<&'static str, i64>;

/// Of some people's week: answered check-ins by day, all of them, asked ones, and half days off.
pub(crate) type Told = [i64; 10];
const ANSWERED: usize = 7;
const ASKED: usize = 8;
const HALVES: usize = 9;

/// The first instant of some days and the first one after them, in milliseconds.
type Span = (i64, i64);

fn span(from: NaiveDate, days: u64, zone: Tz) -> Span {
    (midnight(from, zone).timestamp_millis(), midnight(from + Days::new(days), zone).timestamp_millis())
}

fn is_in(at: i64, span: Span) -> bool {
    span.0 <= at && at < span.1
}

fn count(all: impl Iterator<Item = bool>) -> i64 {
    all.map(i64::from).sum()
}

fn within(all: impl Iterator<Item = i64>, week: Span) -> i64 {
    count(all.map(|at| is_in(at, week)))
}

/// The whole per cent that is nearest, the larger one of two.
fn percent(told: &Told) -> i64 {
    let nearest = |percent: &i64| 200 * told[ANSWERED] < (2 * percent + 1) * told[ASKED];
    (0..=100).find(nearest).expect("at most all were answered")
}

/// A squad.
#[derive(Clone, Copy)]
pub(crate) struct Squad {
    pub(crate) id: i64,
    pub(crate) zone: Tz,
    pub(crate) channel: i64,
    pub(crate) archived: bool,
}

/// Something in the way, as far as others than those whom its author named know of it.
struct Raised {
    squad: i64,
    asked: i64,
    at: i64,
    cleared: Option<i64>,
    holds: Vec<Span>,
}

impl Raised {
    fn of((squad, asked, state, at, changed, body): (i64, i64, String, i64, i64, String)) -> Self {
        let body: serde_json::Value = serde_json::from_str(&body).expect("JSON");
        let instant = |value: &serde_json::Value| {
            value.as_str().map(|text| DateTime::parse_from_rfc3339(text).expect("an instant").timestamp_millis())
        };
        let hold = |hold: &serde_json::Value| instant(&hold["from"]).zip(instant(&hold["until"])).expect("both");
        let cleared = (state == "resolved").then(|| instant(&body["resolved_at"]).unwrap_or(changed));
        Self { squad, asked, at, cleared, holds: body["holds"].as_array().expect("a list").iter().map(hold).collect() }
    }

    fn is_open(&self, end: i64) -> bool {
        self.at < end && self.cleared.is_none_or(|at| at >= end)
    }

    fn is_in_hand(&self, end: i64) -> bool {
        self.is_open(end) && self.holds.iter().any(|hold| hold.0 < end && end <= hold.1)
    }
}

/// The rows of a world.
pub(crate) struct Rows {
    now: DateTime<Utc>,
    zone: Tz,
    /// Organisations, and the smallest group about which each lets figures be shown.
    pub(crate) organisations: Vec<(i64, i64)>,
    pub(crate) squads: Vec<Squad>,
    /// People and their organisations, once that is agreed.
    people: Vec<(i64, i64)>,
    /// Squads and their people.
    members: Vec<(i64, i64)>,
    checkins: BTreeMap<(i64, NaiveDate), String>,
    /// Squads, and who wrote there for which date.
    shown: Vec<(i64, NaiveDate, i64)>,
    /// Who, from when, until when, which part.
    away: Vec<(i64, NaiveDate, NaiveDate, String)>,
    releases: Vec<(i64, i64)>,
    raised: Vec<Raised>,
    decisions: Vec<(i64,)>,
    /// Channel, opened at, closed at.
    conversations: Vec<(i64, i64, Option<i64>)>,
    guests: usize,
    coffees: Vec<(i64,)>,
    shares: Vec<(String, i64)>,
    told: BTreeMap<NaiveDate, BTreeMap<String, Told>>,
}

/// A table's rows of a world.
async fn rows<R>(db: &mut Db, here: PartnershipId, sql: &'static str) -> Vec<R>
where
    R: for<'r> FromRow<'r, AnyRow> + Send + Unpin,
{
    sqlx::query_as(sql).bind(here.0).fetch_all(db).await.unwrap_or_else(|why| panic!("{sql}: {why}"))
}

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn zone(text: &str) -> Tz {
    text.parse().expect("a zone")
}

impl Rows {
    pub(crate) async fn read(db: &mut Db, here: PartnershipId, now: DateTime<Utc>) -> Self {
        let sql = "SELECT zone FROM partnership WHERE partnership = $1";
        let partnership: Vec<(String,)> = rows(db, here, sql).await;
        let sql = "SELECT id, channel, zone, archived_at FROM squad WHERE partnership = $1 ORDER BY id";
        let squads: Vec<(i64, i64, String, Option<i64>)> = rows(db, here, sql).await;
        let squads = squads.into_iter().map(|(id, channel, text, archived)| Squad {
            id,
            zone: zone(&text),
            channel,
            archived: archived.is_some(),
        });
        let sql = "SELECT person, date, state FROM checkin WHERE partnership = $1";
        let checkins: Vec<(i64, String, String)> = rows(db, here, sql).await;
        let sql = "SELECT squad, date, person FROM checkin_share WHERE partnership = $1";
        let shown: Vec<(i64, String, i64)> = rows(db, here, sql).await;
        let sql = "SELECT person, first_date, last_date, part FROM away WHERE partnership = $1";
        let away: Vec<(i64, String, String, String)> = rows(db, here, sql).await;
        let sql = "SELECT squad, asked, state, raised_at, changed_at, body FROM blocker \
                   WHERE partnership = $1 AND seen_by <> 'named'";
        let raised: Vec<_> = rows(db, here, sql).await;
        let sql = "SELECT person FROM coffee_guest WHERE partnership = $1";
        let guests: Vec<(i64,)> = rows(db, here, sql).await;
        let organisations = "SELECT id, minimum_group FROM organisation WHERE partnership = $1 ORDER BY id";
        let people = "SELECT person, organisation FROM member \
                      WHERE partnership = $1 AND membership = 'agreed' AND left_at IS NULL";
        let members = "SELECT squad, person FROM squad_member WHERE partnership = $1";
        let releases = "SELECT squad, released_at FROM release WHERE partnership = $1";
        let decisions = "SELECT recorded_at FROM decision WHERE partnership = $1 AND status <> 'proposed'";
        let conversations = "SELECT channel, opened_at, closed_at FROM conversation WHERE partnership = $1";
        let coffees = "SELECT MIN(said_at) FROM coffee_seat WHERE partnership = $1 AND answer = 'met' GROUP BY coffee";
        let shares = "SELECT kind, shared_at FROM share WHERE partnership = $1 AND state <> 'gone'";
        let mut own = Self {
            now,
            zone: zone(&partnership[0].0),
            organisations: rows(db, here, organisations).await,
            squads: squads.collect(),
            people: rows(db, here, people).await,
            members: rows(db, here, members).await,
            checkins: checkins.into_iter().map(|(who, on, state)| ((who, date(&on)), state)).collect(),
            shown: shown.into_iter().map(|(squad, on, who)| (squad, date(&on), who)).collect(),
            away: away.into_iter().map(|(who, from, to, part)| (who, date(&from), date(&to), part)).collect(),
            releases: rows(db, here, releases).await,
            raised: raised.into_iter().map(Raised::of).collect(),
            decisions: rows(db, here, decisions).await,
            conversations: rows(db, here, conversations).await,
            guests: guests.len(),
            coffees: rows(db, here, coffees).await,
            shares: rows(db, here, shares).await,
            told: BTreeMap::new(),
        };
        let mondays = (0..5).map(|week| first() - Days::new(7) + Days::new(7 * week));
        own.told = mondays.map(|monday| (monday, own.published(monday))).collect();
        own
    }

    /// The end of a week, or now while it isn't over.
    fn end(&self, week: Span) -> i64 {
        week.1.min(self.now.timestamp_millis())
    }

    /// What may be told of how a group checked in.
    pub(crate) fn told(&self, about: &str, monday: NaiveDate) -> Option<&Told> {
        self.told[&monday].get(about)
    }

    /// What is of the whole partnership.
    fn everywhere(&self, week: Span) -> Sums {
        let shares = |kinds: &[&str]| {
            let all = self.shares.iter().filter(|one| kinds.contains(&one.0.as_str()));
            within(all.map(|one| one.1), week)
        };
        let mut sums = Sums::from([
            ("decisions", within(self.decisions.iter().map(|one| one.0), week)),
            ("stories", shares(&["success", "generosity", "lesson"])),
            ("terms", shares(&["term"])),
        ]);
        if self.guests >= 5 {
            sums.insert("coffees_met", within(self.coffees.iter().map(|one| one.0), week));
        }
        sums
    }

    /// A squad's week.
    pub(crate) fn squad(&self, squad: Squad, monday: NaiveDate) -> Sums {
        let week = span(monday, 7, squad.zone);
        let end = self.end(week);
        let own = || self.raised.iter().filter(|one| one.squad == squad.id);
        let releases = self.releases.iter().filter(|one| one.0 == squad.id);
        let talks = self.conversations.iter().filter(|one| one.0 == squad.channel);
        let mut sums = self.everywhere(week);
        sums.extend([
            ("releases", within(releases.map(|one| one.1), week)),
            ("days_in_a_row", self.in_a_row(squad, monday)),
            ("blockers_raised", within(own().map(|one| one.at), week)),
            ("blockers_cleared", within(own().filter_map(|one| one.cleared), week)),
            ("blockers_open", count(own().map(|one| one.is_open(end)))),
            ("blockers_in_hand", count(own().map(|one| one.is_in_hand(end)))),
            ("conversations_open", count(talks.map(|one| one.1 < end && one.2.is_none_or(|at| at >= end)))),
        ]);
        let told = self.told(&format!("squad-{}", squad.id), monday);
        sums.extend(told.map(|told| ("check_ins_answered", percent(told))));
        sums
    }

    /// The week of an organisation's people.
    pub(crate) fn organisation(&self, id: i64, monday: NaiveDate) -> Sums {
        let week = span(monday, 7, self.zone);
        let asked = || self.raised.iter().filter(|one| one.asked == id);
        let mut sums = Sums::from([
            ("blockers_waiting_on_it", count(asked().map(|one| one.is_open(self.end(week))))),
            ("blockers_cleared_for_others", within(asked().filter_map(|one| one.cleared), week)),
        ]);
        if let Some(told) = self.told(&format!("organisation-{id}"), monday) {
            sums.extend([("check_ins_answered", percent(told)), ("days_off", told[HALVES] / 2 + told[HALVES] % 2)]);
        }
        sums
    }

    /// The partnership's week.
    pub(crate) fn whole(&self, monday: NaiveDate) -> Sums {
        let week = span(monday, 7, self.zone);
        let mut sums = self.everywhere(week);
        sums.insert("releases", within(self.releases.iter().map(|one| one.1), week));
        sums
    }

    /// Whether somebody is away on a date: all of it, or the given half.
    fn is_away(&self, who: i64, on: NaiveDate, half: &str) -> bool {
        let fits = |part: &str| part == "day" || part == half;
        self.away.iter().any(|(person, from, to, part)| *person == who && *from <= on && on <= *to && fits(part))
    }

    /// Whether somebody's check-in of a date is answered.
    fn has_said(&self, who: i64, on: NaiveDate) -> bool {
        self.checkins.get(&(who, on)).is_some_and(|state| state == "answered" || state == "nothing_new")
    }

    /// A squad's days in a row, back from a week's last day. It worked where something was released, or where two
    /// people and half of those who aren't away all day wrote; where nobody did, its days end. Today isn't over yet.
    fn in_a_row(&self, squad: Squad, monday: NaiveDate) -> i64 {
        let last = (monday + Days::new(6)).min(self.now.with_timezone(&squad.zone).date_naive());
        let own: BTreeSet<i64> = self.members.iter().filter(|one| one.0 == squad.id).map(|one| one.1).collect();
        let mut days = 0;
        for on in std::iter::successors(Some(last), NaiveDate::pred_opt).take(121) {
            let gone: BTreeSet<i64> = own.iter().copied().filter(|who| self.is_away(*who, on, "all of it")).collect();
            let shown = self.shown.iter().filter(|one| one.0 == squad.id && one.1 == on);
            let wrote = shown.filter(|one| self.has_said(one.2, on) && !gone.contains(&one.2)).count();
            let day = span(on, 1, squad.zone);
            let released = self.releases.iter().any(|one| one.0 == squad.id && is_in(one.1, day));
            if wrote == 0 && !released && on < last {
                break;
            }
            days += i64::from(released || wrote >= 2 && 2 * wrote >= own.len() - gone.len());
        }
        days
    }

    /// What may be told of how groups checked in, once the partnership's week is over: of squads, and then of
    /// organisations, where enough people were asked who are in none that was told of before.
    fn published(&self, monday: NaiveDate) -> BTreeMap<String, Told> {
        let mut published = BTreeMap::new();
        if self.now.timestamp_millis() < span(monday, 7, self.zone).1 {
            return published;
        }
        let home = |who: &i64| self.people.iter().find(|one| one.0 == *who).map(|one| one.1);
        let fewest = |id: i64| self.organisations.iter().find(|one| one.0 == id).map_or(5, |one| one.1.max(5));
        let mut groups: Vec<(String, Vec<i64>, i64)> = Vec::new();
        for squad in self.squads.iter().filter(|squad| !squad.archived) {
            let people: Vec<i64> = self.members.iter().filter(|one| one.0 == squad.id).map(|one| one.1).collect();
            let homes: BTreeSet<Option<i64>> = people.iter().map(home).collect();
            // One that is all of one organisation is held to what that one wants.
            let only = homes.first().copied().flatten().filter(|_| homes.len() == 1);
            groups.push((format!("squad-{}", squad.id), people, only.map_or(5, fewest)));
        }
        for (id, _) in &self.organisations {
            let people = self.people.iter().filter(|one| one.1 == *id).map(|one| one.0).collect();
            groups.push((format!("organisation-{id}"), people, fewest(*id)));
        }
        let mut known = BTreeSet::new();
        for (about, people, fewest) in groups {
            let all: Vec<Told> = people.iter().map(|who| self.week_of(*who, monday)).collect();
            let each = people.into_iter().zip(all.iter().copied());
            let asked: BTreeMap<i64, Told> = each.filter(|(_, told)| told[ASKED] > 0).collect();
            if count(asked.keys().map(|who| !known.contains(who))) >= fewest {
                known.extend(asked.keys().copied());
                let sum = |column: usize| asked.values().map(|told| told[column]).sum();
                let mut told: Told = std::array::from_fn(sum);
                // Days off are an organisation's, and those of whoever was asked for nothing are among them.
                told[HALVES] = all.iter().map(|told| told[HALVES]).sum::<i64>() * i64::from(about.starts_with('o'));
                published.insert(about, told);
            }
        }
        published
    }

    /// How one person checked in, and the halves of days on which they are away: each of them once, also where two
    /// of their entries overlap.
    fn week_of(&self, who: i64, monday: NaiveDate) -> Told {
        let mut told = Told::default();
        for (day, on) in monday.iter_days().take(7).enumerate() {
            let answered = i64::from(self.has_said(who, on));
            let open = self.checkins.get(&(who, on)).is_some_and(|state| state == "open");
            told[day] = answered;
            told[ANSWERED] += answered;
            told[ASKED] += answered + i64::from(open);
            told[HALVES] += count(["morning", "afternoon"].into_iter().map(|half| self.is_away(who, on, half)));
        }
        told
    }
}
