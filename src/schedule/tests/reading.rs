//! Schedules as people write them, and as they are said back.

use crate::schedule::{Schedule, ScheduleError};

/// What is written, its canonical text, and how it is described.
fn check(text: &str, canonical: &str, described: &str) {
    let schedule = Schedule::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(schedule.to_string(), canonical, "{text}");
    assert_eq!(schedule.describe(), described, "{text}");
    assert_eq!(Schedule::parse(canonical), Ok(schedule), "{text}");
}

#[test]
fn plain_words_are_read_as_people_write_them() {
    for (text, canonical, described) in [
        ("weekdays 09:30", "weekdays 09:30", "weekdays at 09:30"),
        ("  Weekdays   9.30 ", "weekdays 09:30", "weekdays at 09:30"),
        ("every weekday at 9:30am", "weekdays 09:30", "weekdays at 09:30"),
        ("working days 0930", "weekdays 09:30", "weekdays at 09:30"),
        ("Monday to Friday 09:30", "weekdays 09:30", "weekdays at 09:30"),
        ("mon-fri 9:30", "weekdays 09:30", "weekdays at 09:30"),
        ("Mon–Fri 9:30", "weekdays 09:30", "weekdays at 09:30"),
        ("mon - fri 9:30", "weekdays 09:30", "weekdays at 09:30"),
        ("daily 09:00", "daily 09:00", "every day at 09:00"),
        ("every day at 9", "daily 09:00", "every day at 09:00"),
        ("at 9 every day", "daily 09:00", "every day at 09:00"),
        ("09:00 daily", "daily 09:00", "every day at 09:00"),
        ("every day at noon", "daily 12:00", "every day at 12:00"),
        ("every day 9:30 PM", "daily 21:30", "every day at 21:30"),
        ("Monday 09:00", "Monday 09:00", "every Monday at 09:00"),
        ("Mondays at 9am", "Monday 09:00", "every Monday at 09:00"),
        ("weekly on Monday 09:00", "Monday 09:00", "every Monday at 09:00"),
        ("every week on Mon 9", "Monday 09:00", "every Monday at 09:00"),
        ("Mon, Wed and Fri 10:00", "Monday, Wednesday and Friday 10:00", "every Monday, Wednesday and Friday at 10:00"),
        ("Mon-Thu 10:00", "Monday to Thursday 10:00", "every Monday to Thursday at 10:00"),
        ("weekends 10:00", "weekends 10:00", "weekends at 10:00"),
        ("weekdays and Saturday 8am", "Monday to Saturday 08:00", "every Monday to Saturday at 08:00"),
        ("every 2 weeks on Tuesday 14:00", "every 2 weeks on Tuesday 14:00", "every 2 weeks on Tuesday at 14:00"),
        ("every other Tuesday at 2pm", "every 2 weeks on Tuesday 14:00", "every 2 weeks on Tuesday at 14:00"),
        (
            "fortnightly on Tue and Thu 14:00",
            "every 2 weeks on Tuesday and Thursday 14:00",
            "every 2 weeks on Tuesday and Thursday at 14:00",
        ),
        ("Tuesday every four weeks 14:00", "every 4 weeks on Tuesday 14:00", "every 4 weeks on Tuesday at 14:00"),
        (
            "every 2 weeks on weekdays 09:00 from 2026-03-24",
            "every 2 weeks on weekdays 09:00 from 2026-03-24",
            "every 2 weeks on weekdays at 09:00, from 24 March 2026",
        ),
        (
            "starting on 2026-03-24 every 3 weeks on Friday 09:00",
            "every 3 weeks on Friday 09:00 from 2026-03-24",
            "every 3 weeks on Friday at 09:00, from 24 March 2026",
        ),
        ("monthly on the 1st 09:00", "monthly on the 1st 09:00", "on the 1st of every month at 09:00"),
        ("the 22nd of every month at 9", "monthly on the 22nd 09:00", "on the 22nd of every month at 09:00"),
        ("the last day of the month 16:00", "last day of the month 16:00", "on the last day of every month at 16:00"),
        (
            "first Monday of the month 10:00",
            "first Monday of the month 10:00",
            "on the first Monday of every month at 10:00",
        ),
        (
            "every month on the last Fri 4pm",
            "last Friday of the month 16:00",
            "on the last Friday of every month at 16:00",
        ),
    ] {
        check(text, canonical, described);
    }
}

#[test]
fn cron_rules_are_read_as_in_a_crontab() {
    for (text, canonical, described) in [
        ("0 9 * * 1-5", "0 9 * * 1-5", "weekdays at 09:00"),
        ("0 9 * * mon-fri", "0 9 * * MON-FRI", "weekdays at 09:00"),
        ("0  0 9 * * ?", "0 9 * * ?", "every day at 09:00"),
        ("30 0 9 * * *", "30 0 9 * * *", "by the cron rule `30 0 9 * * *`"),
        ("0 9 * * 0", "0 9 * * 0", "every Sunday at 09:00"),
        ("0 9 * * 7", "0 9 * * 7", "every Sunday at 09:00"),
        ("0 9 * * 5-7", "0 9 * * 5-7", "every Friday to Sunday at 09:00"),
        ("0 9 * * sat-mon", "0 9 * * SAT-MON", "every Monday, Saturday and Sunday at 09:00"),
        ("0 9 * * */2", "0 9 * * */2", "every Tuesday, Thursday, Saturday and Sunday at 09:00"),
        ("0,30 9,17 * * *", "0,30 9,17 * * *", "every day at 09:00, 09:30, 17:00 and 17:30"),
        ("0 9 1 * *", "0 9 1 * *", "on the 1st of every month at 09:00"),
        ("0 9 31 * *", "0 9 31 * *", "on the 31st of every month that has it at 09:00"),
        ("*/15 * * * *", "*/15 * * * *", "by the cron rule `*/15 * * * *`"),
        ("0 9 1 * 1", "0 9 1 * 1", "by the cron rule `0 9 1 * 1`"),
        ("@daily", "0 0 * * *", "every day at 00:00"),
        ("@Weekly", "0 0 * * 0", "every Sunday at 00:00"),
        ("@hourly", "0 * * * *", "by the cron rule `0 * * * *`"),
    ] {
        check(text, canonical, described);
    }
}

#[test]
fn nonsense_is_refused_with_the_field_that_is_wrong() {
    for (text, field) in [
        ("", "schedule"),
        (&"9".repeat(300), "schedule"),
        ("60 9 * * *", "minute"),
        ("*/60 9 * * *", "minute"),
        ("*/0 9 * * *", "minute"),
        (", 9 * * *", "minute"),
        ("0 24 * * *", "hour"),
        ("0 22-2 * * *", "hour"),
        ("0 9 0 * *", "day of month"),
        ("0 9 32 * *", "day of month"),
        ("0 9 L * *", "day of month"),
        ("0 9 30 2 *", "day of month"),
        ("0 9 * 13 *", "month"),
        ("0 9 * foo *", "month"),
        ("0 9 * * 8", "day of week"),
        ("0 9 * * mon-", "day of week"),
        ("0 9 * * 1#2", "day of week"),
        ("61 0 9 * * *", "second"),
        ("0 9 * *", "cron"),
        ("0 0 9 * * * 2026", "cron"),
        ("@reboot", "cron"),
        ("weekdays", "time"),
        ("weekdays 25:00", "time"),
        ("weekdays at tea", "time"),
        ("blursday 09:00", "days"),
        ("09:00", "days"),
        ("Mon to 09:00", "days"),
        ("weekdays except Friday 09:00", "days"),
        ("monthly on the 31st 09:00", "days"),
        ("monthly 09:00", "days"),
        ("fifth Monday of the month 09:00", "days"),
        ("every 0 weeks on Monday 09:00", "interval"),
        ("every 53 weeks on Monday 09:00", "interval"),
        ("every 2 weeks 09:00", "interval"),
        ("every 2 days 09:00", "interval"),
        ("every other day 09:00", "interval"),
        ("every 2 months on the 1st 09:00", "interval"),
        ("every 15 minutes", "interval"),
        ("biweekly on Monday 09:00", "interval"),
        ("weekdays 09:30 Europe/London", "zone"),
        ("weekdays 9:30 am UTC", "zone"),
        ("Monday 09:00 from tomorrow", "date"),
    ] {
        let refused = Schedule::parse(text).map_err(|error| error.field());
        assert_eq!(refused.map(|schedule| schedule.to_string()), Err(field), "{text}");
    }
}

#[test]
fn an_error_says_what_would_be_right() {
    let error = |text| Schedule::parse(text).map_err(|error: ScheduleError| error.to_string());
    assert_eq!(
        error("75 9 * * *"),
        Err("minute: “75” is not 0 to 59; write for example `0`, `*/15` or `0,30`.".to_owned())
    );
    assert_eq!(error("0 22-2 * * *"), Err("hour: “22-2” runs backwards; write `22-23,0-2`.".to_owned()));
}
