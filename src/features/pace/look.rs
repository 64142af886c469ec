//! Looking at somebody's pace: what is new goes to them, and to nobody else.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::app::App;
use crate::error::Result;
use crate::features::member::{Subject, telling};
use crate::features::setup;
use crate::outbox;
use crate::pace::{evaluate, survey};
use crate::storage::{Db, Tx};

use super::model::Work;
use super::{log, policy, steward, store, view};

/// What of the rules' findings is left of use in a message that waits.
const KEPT: TimeDelta = TimeDelta::hours(12);
/// Where the weekly note stands among other notices.
const RANK: i64 = 30;

/// Why somebody's pace is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// They said something themselves, and get an answer: it takes the private note.
    Act,
    /// Time has passed.
    Time,
}

/// What a look found, for the answer to somebody's own act.
#[derive(Clone, Debug, Default)]
pub struct Looked {
    /// A line for them alone.
    pub line: Option<String>,
    /// All that they said about their work.
    pub work: Work,
    /// The dates of which it would matter whether there was work, newest first.
    pub ask: Vec<NaiveDate>,
}

impl Looked {
    /// The dates before one about which somebody may be asked, oldest first: of their days off right
    /// before it those of which they said nothing, and those of which it would matter.
    pub fn unsure(&self, before: NaiveDate, days_off: &[NaiveDate]) -> Vec<NaiveDate> {
        let free = days_off.iter().filter(|date| !self.work.knows(**date));
        let mut dates: Vec<NaiveDate> = free.chain(&self.ask).copied().filter(|date| *date < before).collect();
        dates.sort_unstable();
        dates.dedup();
        dates
    }
}

/// Looks at somebody's pace and tells nobody.
pub async fn glance(db: &mut Db, subject: &Subject, now: DateTime<Utc>) -> Result<Looked> {
    let (terms, _) = store::get(db, subject.partnership, subject.user).await?;
    let work = store::work(db, subject.partnership, subject.user).await?;
    let ask = evaluate(&log::input(db, subject, &terms, &work, now).await?).ask;
    Ok(Looked { line: None, work, ask })
}

/// Whether nothing stands out about somebody's pace. For them alone, as everything of it.
pub async fn is_clear(db: &mut Db, subject: &Subject, now: DateTime<Utc>) -> Result<bool> {
    let (terms, _) = store::get(db, subject.partnership, subject.user).await?;
    let work = store::work(db, subject.partnership, subject.user).await?;
    Ok(evaluate(&log::input(db, subject, &terms, &work, now).await?).flags.is_empty())
}

/// Looks at somebody's pace as it is now, in the transaction of what changed it. What is new is sent
/// to them at once, where they may be spoken to and have not heard enough today; the morning's look
/// finds the rest again.
pub async fn look(tx: &mut Tx, app: &App, subject: &Subject, by: By) -> Result<Looked> {
    let (partnership, user, now) = (subject.partnership, subject.user, app.clock.now());
    let (terms, before) = store::get(tx, partnership, user).await?;
    let work = store::work(tx, partnership, user).await?;
    let survey = survey(&log::input(tx, subject, &terms, &work, now).await?);
    let decision = policy::decide(&survey, &before, now, subject.zone);
    let mut memory = decision.memory;
    let (mut line, mut note) = (None, decision.note);
    if !decision.tell.is_empty() {
        let flags = &survey.report.flags;
        let server = setup::store::get(tx, partnership).await?.map_or_else(String::new, |one| one.name);
        let steward = steward::begin(tx, subject, &memory, flags, now).await?;
        let message = view::told(partnership, &server, flags, &memory, &survey.report.ask, steward.as_ref());
        // Whoever takes no messages is told where they act, and finds it in `/pace` meanwhile.
        let closed = outbox::dm_closed(tx, user).await?;
        if closed && by == By::Act {
            line = Some(view::note(&decision.tell));
            memory.tell(&decision.tell, now);
        } else if !closed && telling::now(tx, app, subject, message, KEPT).await? {
            // It says all there is, so all of it was told.
            memory.tell(flags, now);
            memory.noted = Some(survey.report.today);
            note.clear();
            if let Some(steward) = steward {
                steward::plan(tx, app, subject, &steward).await?;
                memory.steward = Some(steward);
            }
        } else if by == By::Act {
            line = Some(view::later(&decision.tell));
        }
    }
    if !note.is_empty() {
        let text = view::note(&note);
        match by {
            By::Act => line = Some(line.map_or(text.clone(), |line| format!("{line}\n{text}"))),
            By::Time => {
                outbox::notice(tx, app, partnership, user, "pace", RANK, &text, now + TimeDelta::days(3)).await?;
            }
        }
        memory.tell(&note, now);
        memory.noted = Some(survey.report.today);
    }
    if memory != before {
        store::save_memory(tx, partnership, user, &memory).await?;
    }
    Ok(Looked { line, work, ask: survey.report.ask })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::pace::model::Day;

    #[test]
    fn questions_come_in_order_and_once() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 3, day).expect("a date");
        let looked = Looked { ask: vec![day(23), day(22), day(19)], ..Looked::default() };
        assert_eq!(looked.unsure(day(23), &[day(21), day(22)]), [day(19), day(21), day(22)]);
        let said = Work { days: vec![Day { date: day(21), minutes: Some(0) }], ..Work::default() };
        assert_eq!(Looked { work: said, ..Looked::default() }.unsure(day(23), &[day(21), day(22)]), [day(22)]);
    }
}
