//! The rules of cover. Pure.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate, TimeDelta};

use crate::error::{Result, refuse};
use crate::partnership::UserId;

use super::model::{Cover, Offer, Skill, State};

/// The longest skill, in characters.
const LONGEST_SKILL: usize = 40;
/// Most skills that somebody offers at once.
const MOST_SKILLS: usize = 10;
/// The longest cover, in days. What is longer is a change of squad, not cover.
const LONGEST: i64 = 60;
/// How far ahead it may begin, in days.
const AHEAD: u64 = 366;
/// Days that both are there, before it begins.
const TOGETHER: usize = 2;
/// When whoever asked hears that nobody has said yes. The same whoever was asked, and whatever they
/// said, so that it tells nothing about them.
pub const PATIENCE: TimeDelta = TimeDelta::hours(24);

/// What a line in a squad's channel about a cover is about: whoever asks, and whoever covers.
pub fn about(cover: &Cover) -> String {
    format!("cover:{},{}", cover.person, cover.volunteer.unwrap_or(UserId(0)))
}

/// What all such lines about somebody begin with, for `outbox::retract`.
pub fn abouts(user: UserId) -> [String; 2] {
    [format!("cover:{user},"), format!("cover:%,{user}")]
}

impl Skill {
    /// Reads one skill.
    pub fn parse(text: &str) -> Result<Self> {
        let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if name.is_empty() {
            return refuse("Say what could be taken over, in a word or two: such as `backend`.");
        }
        if name.chars().count() > LONGEST_SKILL {
            return refuse(format!(
                "Keep each thing to {LONGEST_SKILL} characters, such as `backend` or `release nights`. Commas part several."
            ));
        }
        Ok(Self { key: name.to_lowercase(), name })
    }

    /// Reads several, parted by commas, semicolons or lines. Each is kept once.
    pub fn parse_all(text: &str) -> Result<Vec<Self>> {
        let mut seen = BTreeSet::new();
        let mut skills = Vec::new();
        for part in text.split([',', ';', '\n']).filter(|part| !part.trim().is_empty()) {
            let skill = Self::parse(part)?;
            if seen.insert(skill.key.clone()) {
                skills.push(skill);
            }
        }
        match skills.len() {
            0 => refuse("Say what you could take over, in a word or two: such as `backend, release nights`."),
            1..=MOST_SKILLS => Ok(skills),
            _ => refuse(format!("{MOST_SKILLS} things at once are the most. Offer the others after these.")),
        }
    }
}

impl Offer {
    /// Whether it answers a request. One date in common will do: the two find out about the others.
    pub fn fits(&self, cover: &Cover) -> bool {
        self.skill.key == cover.skill.key
            && self.first <= cover.last
            && self.last.is_none_or(|last| cover.first <= last)
    }
}

impl Cover {
    /// Whether it is still to come or under way.
    pub fn is_current(&self, today: NaiveDate) -> bool {
        self.state != State::Withdrawn && self.last >= today
    }

    /// The squad's working days right before it, on which both are there: two, or as many as are left.
    pub fn together(&self, today: NaiveDate, works: impl Fn(NaiveDate) -> bool) -> Vec<NaiveDate> {
        let before = std::iter::successors(self.first.pred_opt(), NaiveDate::pred_opt);
        let mut days: Vec<NaiveDate> =
            before.take_while(|date| *date > today).take(14).filter(|date| works(*date)).take(TOGETHER).collect();
        days.reverse();
        days
    }

    /// The date on which whoever asked is back: the squad's first working day after it.
    pub fn back(&self, works: impl Fn(NaiveDate) -> bool) -> NaiveDate {
        let next = self.last.succ_opt().unwrap_or(self.last);
        next.iter_days().take(14).find(|date| works(*date)).unwrap_or(next)
    }
}

/// Checks the dates of a request.
pub fn check(first: NaiveDate, last: NaiveDate, today: NaiveDate) -> Result<()> {
    if last < today {
        return refuse("Those days are over. Say from when to when you need cover, such as `Thursday to Friday`.");
    }
    if today.checked_add_days(Days::new(AHEAD)).is_some_and(|farthest| first > farthest) {
        return refuse("That is more than a year ahead. Check the year, or ask nearer the time.");
    }
    if (last - first).num_days() >= LONGEST {
        return refuse(format!("{LONGEST} days are the most. Ask for the first part now, and for the rest later."));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use chrono::Datelike;

    use super::*;
    use crate::partnership::SquadId;

    /// A day of March 2026, whose 23rd is a Monday.
    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, day).expect("a date")
    }

    fn cover(first: u32, last: u32) -> Cover {
        Cover {
            id: 1,
            person: UserId(1),
            squad: SquadId(1),
            skill: Skill::parse("Backend").expect("a skill"),
            first: day(first),
            last: day(last),
            state: State::Open,
            volunteer: None,
            hand_over: None,
            shared: false,
            stewards_told: false,
        }
    }

    fn weekday(date: NaiveDate) -> bool {
        date.weekday().number_from_monday() <= 5
    }

    #[test]
    fn skills_are_read_as_people_write_them() {
        let names = |text: &str| -> Vec<String> {
            Skill::parse_all(text).expect(text).into_iter().map(|skill| skill.name).collect()
        };
        assert_eq!(names("Backend, release  nights;backend\nSŵn"), ["Backend", "release nights", "Sŵn"]);
        for (text, says) in [
            ("", "a word or two"),
            (" , ;", "a word or two"),
            (&"x".repeat(41), "40 characters"),
            ("a,b,c,d,e,f,g,h,i,j,k", "10 things at once"),
        ] {
            let why = Skill::parse_all(text).expect_err(text).to_string();
            assert!(why.contains(says), "{text}: {why}");
        }
    }

    #[test]
    fn whoever_offers_it_for_one_of_the_dates_is_asked() {
        let offer = |skill: &str, first, last: Option<u32>| Offer {
            skill: Skill::parse(skill).expect("a skill"),
            first: day(first),
            last: last.map(day),
        };
        for (offer, fits) in [
            (offer("backend", 1, None), true),
            (offer("BACKEND", 27, None), true),
            (offer("backend", 28, None), false),
            (offer("backend", 1, Some(26)), true),
            (offer("backend", 1, Some(25)), false),
            (offer("frontend", 1, None), false),
        ] {
            assert_eq!(offer.fits(&cover(26, 27)), fits, "{offer:?}");
        }
    }

    #[test]
    fn two_working_days_together_before_and_back_on_the_first_after() {
        // Today, first and last day of cover; days together, and the day of return.
        let cases: [(u32, u32, u32, &[u32], u32); 5] = [
            (16, 26, 27, &[24, 25], 30),
            (16, 23, 24, &[19, 20], 25),
            (24, 26, 28, &[25], 30),
            (25, 26, 26, &[], 27),
            (26, 25, 27, &[], 30),
        ];
        for (today, first, last, together, back) in cases {
            let cover = cover(first, last);
            let expected: Vec<NaiveDate> = together.iter().copied().map(day).collect();
            assert_eq!(cover.together(day(today), weekday), expected, "{today} {first}");
            assert_eq!(cover.back(weekday), day(back), "{last}");
        }
        assert_eq!(cover(26, 27).back(|_| false), day(28));
        assert_eq!(cover(26, 27).together(day(2), |_| false), []);
    }

    #[test]
    fn dates_that_make_no_sense_are_refused() {
        assert!(check(day(20), day(24), day(24)).is_ok());
        for (first, last, today, says) in [
            (day(20), day(23), day(24), "over"),
            (day(20), day(20) + Days::new(60), day(20), "60 days"),
            (day(20) + Days::new(400), day(20) + Days::new(401), day(20), "more than a year ahead"),
        ] {
            assert!(check(first, last, today).expect_err("refused").to_string().contains(says), "{first} {last}");
        }
    }
}
