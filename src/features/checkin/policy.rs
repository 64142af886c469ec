//! The rules of check-ins. Pure: state, input and now go in, and what happens comes out.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::features::squad::model::Squad;
use crate::partnership::calendar::{Calendar, WorkingDays};
use crate::partnership::{SquadId, UserId};
use crate::schedule::resolve;

use super::model::{Said, State, Topic};

/// Until this hour, "now" may still mean yesterday's check-in.
const NIGHT_ENDS: NaiveTime = NaiveTime::from_hms_opt(4, 0, 0).expect("a time");
/// From this hour on, tomorrow's check-in can be answered.
const EVENING: NaiveTime = NaiveTime::from_hms_opt(17, 0, 0).expect("a time");
/// A form takes five inputs at most.
const MOST_QUESTIONS: usize = 5;
/// The first and the last minute in which people are spoken to, as the budget of messages has it.
const DAY_BEGINS: NaiveTime = NaiveTime::from_hms_opt(7, 0, 0).expect("a time");
const LATEST_PROMPT: NaiveTime = NaiveTime::from_hms_opt(20, 59, 0).expect("a time");
/// The first reminder, after the prompt.
const FIRST_REMINDER: TimeDelta = TimeDelta::hours(2);
/// The second reminder, after the prompt.
const SECOND_REMINDER: TimeDelta = TimeDelta::hours(5);
/// How far back a check-in can be answered or changed.
pub const LATEST_DAYS: u64 = 14;

/// The key of a squad's message of the day.
pub fn day_key(squad: SquadId, date: NaiveDate) -> String {
    format!("checkin.day:{squad},{date}")
}

/// What a person's posts in the threads of the days are about: it is by this that they are found
/// when they are to be erased.
pub fn threads_about(user: UserId) -> String {
    format!("checkin.thread:{user},")
}

/// The same for one date.
pub fn thread_about(user: UserId, date: NaiveDate) -> String {
    format!("{}{date}", threads_about(user))
}

/// A squad and a date from the row of that key.
pub fn parse_day_row(row: &str) -> Option<(SquadId, NaiveDate)> {
    let (squad, date) = row.split_once(',')?;
    Some((squad.parse().ok()?, date.parse().ok()?))
}

/// The questions of all squads of a person, each once: one prompt serves all of them.
pub fn questions(squads: &[Squad]) -> Vec<String> {
    let mut questions: Vec<String> = Vec::new();
    for question in squads.iter().flat_map(|squad| &squad.questions) {
        if !questions.contains(question) && questions.len() < MOST_QUESTIONS {
            questions.push(question.clone());
        }
    }
    questions
}

/// The next prompt of a member after an instant, on a date later than `asked`: the earliest of the
/// squads' times in the member's zone, or the member's own time on the squads' dates.
pub fn next_prompt(
    squads: &[Squad],
    zone: Tz,
    own_time: Option<NaiveTime>,
    after: DateTime<Utc>,
    asked: Option<NaiveDate>,
) -> Option<(NaiveDate, DateTime<Utc>)> {
    // Days earlier, since the time may be moved to later in the day than the squad's.
    let from = after - TimeDelta::days(2);
    squads
        .iter()
        .filter_map(|squad| {
            squad.schedule.upcoming(from, zone).take(1_500).find_map(|due| {
                let date = due.local.date();
                let at = resolve(date.and_time(daytime(own_time.unwrap_or(due.local.time()))), zone);
                (at > after && asked.is_none_or(|asked| date > asked)).then_some((date, at))
            })
        })
        .min_by_key(|(_, at)| *at)
}

/// Nobody is spoken to before 07:00 or from 21:00 on, whatever the schedule says.
fn daytime(time: NaiveTime) -> NaiveTime {
    time.clamp(DAY_BEGINS, LATEST_PROMPT)
}

/// When a squad's date begins and ends, in its own zone.
pub fn next_day(squad: &Squad, after: DateTime<Utc>) -> Option<(NaiveDate, DateTime<Utc>)> {
    let due = squad.schedule.upcoming(after, squad.zone).next()?;
    Some((due.local.date(), due.at))
}

/// When a squad's date closes.
pub fn closing(squad: &Squad, date: NaiveDate) -> DateTime<Utc> {
    resolve(date.and_time(squad.closes_at), squad.zone)
}

/// Whether a date is a day off for a member: none of the squads works, or the organisation's
/// calendar has a holiday.
pub fn is_free(squads: &[Squad], holidays: Option<&Calendar>, date: NaiveDate) -> bool {
    // Somebody without a squad works from Monday to Friday, as far as anybody knows.
    let usual = squads.is_empty() && WorkingDays::default().contains(date.weekday());
    let works = usual || squads.iter().any(|squad| squad.working_days.contains(date.weekday()));
    !works || holidays.is_some_and(|calendar| calendar.holiday(date).is_some())
}

/// For which date an answer counts that names none: today's, yesterday's in the small hours when
/// that is still open, the next working day's in the evening when today has been answered.
pub fn date_for(
    local: chrono::NaiveDateTime,
    state: impl Fn(NaiveDate) -> Option<State>,
    is_free: impl Fn(NaiveDate) -> bool,
) -> NaiveDate {
    let today = local.date();
    let yesterday = today.pred_opt().unwrap_or(today);
    if local.time() < NIGHT_ENDS && state(yesterday) == Some(State::Open) {
        return yesterday;
    }
    let settled = is_free(today) || state(today).is_some_and(|state| state != State::Open);
    if local.time() >= EVENING && settled {
        let next = (1..=7).filter_map(|days| today.checked_add_days(Days::new(days))).find(|date| !is_free(*date));
        return next.filter(|next| state(*next).is_none_or(|state| state == State::Open)).unwrap_or(today);
    }
    today
}

/// The date that plain words are for which answer no message by name, after a question for `asked`: that date, if it is
/// today's or a later one, and also while it is still open in the small hours or on a day off; else as a command's.
pub fn date_of_words(
    asked: NaiveDate,
    local: chrono::NaiveDateTime,
    state: impl Fn(NaiveDate) -> Option<State>,
    is_free: impl Fn(NaiveDate) -> bool,
) -> NaiveDate {
    let today = local.date();
    let still_open = state(asked) == Some(State::Open) && (local.time() < NIGHT_ENDS || is_free(today));
    if asked >= today || still_open { asked } else { date_for(local, state, is_free) }
}

/// What somebody wrote that is no answer to anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmallTalk {
    /// A call for help.
    Help,
    /// A greeting, or thanks.
    Kindness,
}

/// Whether words are no answer, whatever was asked: a squad doesn't want to read them as a check-in.
pub fn small_talk(text: &str) -> Option<SmallTalk> {
    const HELP: &[&str] = &["help", "help me", "help please", "please help", "elevenses help"];
    const KIND: &[&str] = &[
        "thanks",
        "thank you",
        "thanks a lot",
        "many thanks",
        "thx",
        "ty",
        "cheers",
        "ta",
        "ok",
        "okay",
        "ok thanks",
        "got it",
        "will do",
        "hi",
        "hello",
        "hey",
        "hi there",
        "morning",
        "good morning",
        "👍",
        "🙏",
        "❤",
        "🙂",
        "😊",
    ];
    let lower = text.to_lowercase();
    let bare: Vec<&str> = lower
        .split(|c: char| c.is_whitespace() || ".,!?…:;".contains(c))
        .map(|word| word.trim_matches(['\u{fe0f}', '*', '_']))
        .filter(|word| !word.is_empty())
        .collect();
    let bare = bare.join(" ");
    if HELP.contains(&bare.as_str()) || text.trim() == "?" {
        Some(SmallTalk::Help)
    } else {
        KIND.contains(&bare.as_str()).then_some(SmallTalk::Kindness)
    }
}

/// What answers say is in the way; of one that was made longer, what was added.
pub fn new_obstacles(before: &[Said], answers: &[Said]) -> Vec<String> {
    let in_the_way = answers.iter().filter(|said| Topic::of(&said.question) == Topic::InTheWay);
    in_the_way
        .map(|said| {
            let known = before.iter().find(|one| one.question == said.question);
            let rest = known.and_then(|one| said.text.strip_prefix(&one.text)).filter(|rest| rest.starts_with('\n'));
            rest.unwrap_or(&said.text).trim().to_owned()
        })
        .filter(|text| !text.is_empty())
        .collect()
}

/// Answers with more said below them. What stands there already isn't added again: a button may be pressed twice.
pub fn added(before: &[Said], more: &[Said], questions: &[String]) -> Vec<Said> {
    let mut answers = before.to_vec();
    for said in more {
        match answers.iter_mut().find(|one| one.question == said.question) {
            Some(one) if one.text == said.text || one.text.ends_with(&format!("\n{}", said.text)) => {}
            Some(one) => one.text = format!("{}\n{}", one.text, said.text),
            None => answers.push(said.clone()),
        }
    }
    answers.sort_by_key(|said| questions.iter().position(|question| *question == said.question));
    answers
}

/// The date that somebody means who speaks of what has been: their "Monday" is the last one, not the
/// next.
pub fn behind(text: &str, date: NaiveDate, today: NaiveDate) -> NaiveDate {
    let by_weekday = text.trim().parse::<chrono::Weekday>().is_ok();
    if by_weekday && date > today { date - Days::new(7) } else { date }
}

/// The instants of the reminders of a prompt; none after the day has closed.
pub fn reminders(prompted: DateTime<Utc>, count: u8, closes: DateTime<Utc>) -> Vec<DateTime<Utc>> {
    [FIRST_REMINDER, SECOND_REMINDER]
        .into_iter()
        .take(usize::from(count))
        .map(|after| prompted + after)
        .filter(|at| *at < closes)
        .collect()
}

/// The days off right before a date, oldest first: on the first working day after them one is asked
/// whether one worked. At most the last four; none when the day before was a working day.
pub fn days_off_before(date: NaiveDate, is_free: impl Fn(NaiveDate) -> bool) -> Vec<NaiveDate> {
    let mut days: Vec<NaiveDate> =
        (1..=4).filter_map(|back| date.checked_sub_days(Days::new(back))).take_while(|day| is_free(*day)).collect();
    days.reverse();
    days
}

/// What stands in a new form already: yesterday's *next* is offered as today's *finished*.
pub fn offered(question: &str, before: &[Said]) -> String {
    if Topic::of(question) != Topic::Finished {
        return String::new();
    }
    before
        .iter()
        .find(|said| Topic::of(&said.question) == Topic::Next)
        .map(|said| said.text.clone())
        .unwrap_or_default()
}

/// Plain words as answers: numbered or separate lines fall to the questions in order, the rest to
/// the last one; a single line is the first answer.
pub fn from_plain_words(text: &str, questions: &[String]) -> Vec<Said> {
    let mut answers: Vec<Said> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (number, line) = numbered(line);
        let index = number.map_or(answers.len(), |number| number - 1);
        let next_question = questions.get(index).filter(|_| number.is_some() || answers.len() < questions.len());
        match next_question {
            Some(question) if !answers.iter().any(|said| said.question == *question) => {
                answers.push(Said { question: question.clone(), text: line.to_owned() });
            }
            _ => match answers.last_mut() {
                Some(last) => {
                    last.text.push('\n');
                    last.text.push_str(line);
                }
                None => answers.extend(
                    questions.first().map(|question| Said { question: question.clone(), text: line.to_owned() }),
                ),
            },
        }
    }
    answers.retain(|said| !said.text.trim().is_empty());
    answers.sort_by_key(|said| questions.iter().position(|question| *question == said.question));
    answers
}

/// `2. text` or `2) text`: the number, and the text.
fn numbered(line: &str) -> (Option<usize>, &str) {
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    let rest = &line[digits..];
    match (line[..digits].parse::<usize>(), rest.strip_prefix(['.', ')', ':'])) {
        (Ok(number @ 1..=MOST_QUESTIONS), Some(text)) if text.starts_with(char::is_whitespace) || text.is_empty() => {
            (Some(number), text.trim())
        }
        _ => (None, line),
    }
}

#[cfg(test)]
#[path = "policy_tests.rs"]
mod tests;
