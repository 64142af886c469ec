//! A lead has two weeks of days off planned for the squad; each agrees to their own, or asks for others.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use elevenses::partnership::calendar::Calendar;
use simulator::{Actor, Reply, Seen};

use crate::acts::{buttons, contains, lacks, reads};
use crate::harness::{Engine, Story, engines};

/// What the panel in the squad's channel begins with.
const PANEL: &str = "A rest rota for Checkout: Tuesday 31 March to Monday 13 April.";

impl Story {
    /// The squad has worked all seven days of a week, and Ben and Cyd have said what they do.
    async fn tired(engine: Engine) -> Self {
        let story = Self::with_squad_on(engine).await;
        story.asked_all_week().await;
        for (name, does) in [("Ben", "Deploys, labels"), ("Cyd", "labels")] {
            let person = story.person(name);
            person.goes_to("random").expect("there");
            story.run(&person, "/squad who squad:Checkout").await;
            person.clicks("What I do here…").await.expect("a form");
            person.fills(&[("What do you do in this squad?", does)]).await.expect("saved");
        }
        story.work(7, &["Ben", "Cyd", "Dot"]).await;
        story
    }

    /// The lead has the rota planned, and nobody is asked.
    async fn drafted(&self) -> Reply {
        let ann = self.person("Ann");
        ann.goes_to("random").expect("there");
        let draft = self.run(&ann, "/cover rota squad:Checkout").await;
        self.settled().await;
        draft
    }

    /// The lead asks the squad.
    async fn asked_rota(&self) -> Reply {
        self.drafted().await;
        let asked = self.person("Ann").clicks("Ask the squad").await.expect("asked");
        self.settled().await;
        asked
    }

    /// The rota in the squad's channel, once it shows the latest: it is edited at most once in 15 seconds.
    async fn rota(&self) -> Seen {
        self.stage.until(self.stage.now() + TimeDelta::seconds(20)).await.expect("settles");
        self.day_message(&self.person("Ann"), "checkout", "rest rota").expect("there")
    }

    /// Somebody clicks a button of the rota in the squad's channel.
    async fn presses(&self, name: &str, label: &str) -> Reply {
        let (person, rota) = (self.person(name), self.rota().await);
        person.goes_to("checkout").expect("there");
        let reply = person.clicks_on(rota.id, label).await.expect("an answer");
        self.settled().await;
        assert!(reply.is_private(), "{}", reply.text());
        reply
    }

    /// Somebody picks days in the list that **Other days** has opened.
    async fn wishes(&self, name: &str, days: &[&str]) -> Reply {
        let reply = self.person(name).selects("Days you'd like off", days).await.expect("an answer");
        self.settled().await;
        reply
    }
}

impl Story {
    /// Somebody's line in the rota: `Thu 2 and Fri 3 April · agreed`.
    async fn line(&self, name: &str) -> String {
        let rota = self.rota().await.content;
        let start = format!("- **{name}**: ");
        let line = rota.lines().find_map(|line| line.strip_prefix(&start));
        line.unwrap_or_else(|| panic!("{name} isn't in it: {rota}")).to_owned()
    }

    /// A calendar on an answer, read by the project's own reader: dates and titles.
    fn calendar(&self, on: &Reply, named: &str) -> Vec<(NaiveDate, String)> {
        let seen = on.message.as_ref().expect("a message");
        let bytes = self.stage.sim.read(|world| {
            let files = &world.message(seen.channel, seen.id)?.attachments;
            world.files.get(&files.iter().find(|file| file.filename == named)?.id).cloned()
        });
        let text = String::from_utf8(bytes.expect("a file").to_vec()).expect("text");
        let read = Calendar::from_ics(&text).expect("readable");
        read.holidays().map(|(date, title)| (date, title.to_owned())).collect()
    }

    /// The id of a button of the rota, as it stands there now.
    async fn button(&self, label: &str) -> String {
        let rota = self.rota().await;
        let button = rota.buttons.into_iter().find(|button| button.label == label).expect("there");
        button.custom_id.expect("no link")
    }

    /// What stands in `/away list` for somebody.
    async fn days_away(&self, name: &str) -> String {
        let person = self.person(name);
        person.goes_to("random").expect("there");
        self.run(&person, "/away list").await.text()
    }
}

const BENS: [&str; 4] = ["2026-04-02", "2026-04-03", "2026-04-08", "2026-04-12"];

/// One step on the way from a streak to days off.
async fn step(story: &Story, index: usize) {
    let ann = story.person("Ann");
    match index {
        0 => {
            let told = story.last_dm(&ann).expect("told");
            ann.goes_to("DM").expect("a conversation");
            let draft = ann.clicks_on(told.id, "Rest rota").await.expect("a draft");
            let words = [
                PANEL,
                "Nobody but you sees it yet.",
                "before Monday, since somebody would have worked more than six days in a row",
                "- **Ben**: Thu 2, Fri 3, Wed 8 and Sun 12 April",
                "Nobody for deploys on Thu 2, Fri 3, Wed 8 and Sun 12 April.",
                "Skills are what people say they do in `/squad who`.",
            ];
            reads(&draft, &words);
            lacks(&draft.text(), &["labels", "may be a better rota"]);
        }
        1 => {
            let asked = ann.clicks("Ask the squad").await.expect("asked");
            reads(&asked, &["Asked in #checkout: Tuesday 31 March to Monday 13 April.", "[Take it back]"]);
            contains(&story.rota().await.content, &[PANEL, "- **Ben**: Thu 2, Fri 3, Wed 8 and Sun 12 April\n"]);
        }
        2 => {
            let noted = story.presses("Ben", "I agree").await;
            reads(
                &noted,
                &["You're away Thu 2, Fri 3, Wed 8 and Sun 12 April. I won't ask you anything on those days."],
            );
            assert_eq!(buttons(&noted), ["Undo", "Calendar (.ics)"]);
            assert_eq!(story.line("Ben").await, "Thu 2, Fri 3, Wed 8 and Sun 12 April · agreed");
        }
        3 => {
            let asks = story.presses("Cyd", "Other days").await;
            reads(&asks, &["Which days would you like off? Your lead sees what you ask for", "Tue 31 March, Wed 1"]);
        }
        4 => {
            let fits = story.wishes("Cyd", &["Tuesday 7 April", "Wednesday 1 April"]).await;
            reads(&fits, &["That fits: you'd be off ", "Nothing is noted until you agree."]);
            assert!(!story.line("Cyd").await.contains("agreed"));
        }
        5 => {
            reads(&story.person("Cyd").clicks("I agree").await.expect("noted"), &["You're away ", "Tue 7"]);
            assert!(story.line("Cyd").await.ends_with(" · agreed"));
            assert!(story.line("Ben").await.ends_with(" · agreed"), "whoever agreed isn't moved");
        }
        6 => {
            let files = story.presses("Ben", "Calendar (.ics)").await;
            let own = story.calendar(&files, "my-days-off.ics");
            let expected = BENS.map(|date| (date.parse().expect("a date"), "Day off".to_owned()));
            assert_eq!(own, expected);
            let all = story.calendar(&files, "squad-days-off.ics");
            // The reader keeps one name a date.
            let dates: BTreeSet<NaiveDate> = all.iter().map(|(date, _)| *date).collect();
            assert!(expected.iter().all(|(date, _)| dates.contains(date)), "{all:?}");
            assert!(all.iter().all(|(_, title)| title.ends_with(": day off")), "{all:?}");
        }
        7 => story.until("2026-04-02 12:00").await,
        _ => story.until("2026-04-04 12:00").await,
    }
}

const STEPS: usize = 9;

#[tokio::test(flavor = "multi_thread")]
async fn a_rota_is_planned_asked_and_agreed_whatever_is_restarted_between() {
    for engine in engines() {
        let mut story = Story::tired(engine).await;
        for index in 0..STEPS {
            step(&story, index).await;
            story.restart().await;
        }
        let (ben, dot) = (story.person("Ben"), story.person("Dot"));
        let asked = |who: &Actor| -> Vec<NaiveDate> {
            let at: Vec<DateTime<Utc>> = story.asked(who);
            at.into_iter().map(|at| at.date_naive()).filter(|date| date.to_string().starts_with("2026-04")).collect()
        };
        let days = |texts: &[&str]| texts.iter().map(|text| text.parse().expect("a date")).collect::<Vec<NaiveDate>>();
        assert_eq!(asked(&ben), days(&["2026-04-01", "2026-04-04"]), "nothing is asked on days off");
        assert_eq!(
            asked(&dot),
            days(&["2026-04-01", "2026-04-02", "2026-04-03", "2026-04-04"]),
            "who hasn't agreed is"
        );
        let day = story.day_message(&dot, "checkout", "check-ins of Thursday 2 April").expect("there");
        contains(&day.text(), &["Away: Ben."]);
        assert!(!story.day_message(&ben, "checkout", "rest rota").expect("there").pings);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn second_thoughts_are_welcome_at_each_step() {
    for engine in engines() {
        let story = Story::tired(engine).await;
        let (ann, ben) = (story.person("Ann"), story.person("Ben"));
        story.asked_rota().await;
        // Of the one who agreed: undone twice, agreed twice, and once by way of the list of days away.
        ben.goes_to("random").expect("there");
        story.run(&ben, "/away add dates:3 April").await;
        story.presses("Ben", "I agree").await;
        let undone = ben.clicks("Undo").await.expect("undone");
        reads(&undone, &["Taken back.", "[I agree] [Other days]"]);
        contains(&story.days_away("Ben").await, &["- Friday 3 April\n"]);
        lacks(&story.days_away("Ben").await, &["2 April", "8 April"]);
        let row = story.button("I agree").await.split(':').nth(3).expect("a row").to_owned();
        reads(&story.forges(&ben, "rota.undo", &row).await, &["There is nothing to take back here any more."]);
        story.presses("Ben", "I agree").await;
        reads(&story.presses("Ben", "I agree").await, &["You're away Thu 2"]);
        assert_eq!(
            story.days_away("Ben").await.matches("2 April").count(),
            2,
            "Thursday 2 and Sunday 12 April, once each"
        );
        story.run(&ben, "/away remove entry:8 April").await;
        story.settled().await;
        assert!(!story.line("Ben").await.contains("agreed"));
        reads(&story.presses("Ben", "I agree").await, &["Wed 8"]);
        assert!(story.line("Ben").await.ends_with("agreed"));
        // Of one who agreed and then would rather have other days: the days noted before are free again.
        story.presses("Ben", "Other days").await;
        let moved = story.wishes("Ben", &["Saturday 11 April"]).await;
        reads(&moved, &["Your earlier days off are no longer noted; nothing is until you agree."]);
        assert!(!story.line("Ben").await.contains("agreed"));
        // Of the lead: days that are noted stay.
        story.presses("Dot", "I agree").await;
        ann.goes_to("random").expect("there");
        reads(&ann.clicks("Take it back").await.expect("taken back"), &["was taken back.", "[Ask again]"]);
        story.settled().await;
        let panel = story.rota().await;
        contains(&panel.content, &["was taken back. Days off that were agreed stay noted"]);
        assert!(panel.buttons.is_empty());
        contains(&story.days_away("Dot").await, &["April"]);
        reads(&story.forges(&ben, "rota.agree", &row).await, &["This rota was taken back"]);
        // What one agreed to before is one's own to take back after it, too.
        let undone = story.forges(&story.person("Dot"), "rota.undo", &row).await;
        reads(&undone, &["Taken back. You aren't noted as away "]);
        assert_eq!(buttons(&undone), Vec::<String>::new());
        ann.goes_to("random").expect("there");
        ann.clicks("Ask again").await.expect("asked");
        story.settled().await;
        assert!(!story.line("Dot").await.contains("agreed"));
        reads(&story.presses("Dot", "I agree").await, &["You're away "]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_can_answer_at_the_same_moment() {
    for engine in engines() {
        let story = Story::tired(engine).await;
        story.asked_rota().await;
        let (ben, cyd) = (story.person("Ben"), story.person("Cyd"));
        story.presses("Ben", "Other days").await;
        story.presses("Cyd", "Other days").await;
        let hint = "Days you'd like off";
        let (one, two) = tokio::join!(
            ben.selects(hint, &["Tuesday 31 March", "Wednesday 1 April"]),
            cyd.selects(hint, &["Thursday 2 April", "Friday 3 April"])
        );
        for reply in [one, two] {
            reads(&reply.expect("an answer"), &["That fits: you'd be off "]);
        }
        let asked_for = async |name: &str| story.presses(name, "Other days").await.text();
        contains(&asked_for("Ben").await, &["You had asked for Tue 31 March and Wed 1 April"]);
        contains(&asked_for("Cyd").await, &["You had asked for Thu 2 and Fri 3 April"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wish_that_cannot_be_kept_is_said_plainly_and_shown_to_the_lead() {
    for engine in engines() {
        let story = Story::tired(engine).await;
        story.asked_rota().await;
        story.presses("Ben", "I agree").await;
        story.presses("Cyd", "Other days").await;
        // Ben is off then, and they are the two who look after labels.
        let answer = story.wishes("Cyd", &["Thursday 2 April", "Friday 3 April"]).await;
        reads(&answer, &["I can't fit Thu 2 and Fri 3 April. You'd be off ", "`/away add` notes leave beyond that."]);
        assert!(story.line("Ben").await.contains("Thu 2, Fri 3"));
        lacks(&story.rota().await.content, &["asked for", "Asked for"]);
        reads(&story.presses("Cyd", "Other days").await, &["You had asked for Thu 2 and Fri 3 April"]);
        // What nobody could have picked isn't taken.
        let row = story.button("I agree").await.split(':').nth(3).expect("a row").to_owned();
        let picked = story.forges_pick(&story.person("Cyd"), "rota.wish", &row, 3, &["2026-05-01", "x"]).await;
        reads(&picked, &["Please pick from the days of the rota"]);
        // A later rota knows what was asked for.
        story.presses("Ben", "I agree").await;
        let ann = story.person("Ann");
        ann.goes_to("random").expect("there");
        ann.clicks("Take it back").await.expect("taken back");
        reads(&story.drafted().await, &["Asked for, and not possible: Thu 2 and Fri 3 April (Cyd)."]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_agrees_to_days_that_they_did_not_see() {
    let story = Story::tired(Engine::Sqlite).await;
    story.asked_rota().await;
    let (old, cyd) = (story.button("I agree").await, story.person("Cyd"));
    let before = story.line("Cyd").await;
    story.presses("Ben", "Other days").await;
    story.wishes("Ben", &["Tuesday 31 March", "Wednesday 1 April"]).await;
    assert_ne!(story.line("Cyd").await, before, "they look after labels in turn");
    let answer = story.forges_in(&cyd, story.channel("checkout"), &old).await;
    reads(
        &answer,
        &["The rota has changed since that message was shown, so nothing was noted.", "[I agree] [Other days]"],
    );
    contains(&story.days_away("Cyd").await, &["You have no days away noted."]);
    cyd.goes_to("checkout").expect("there");
    reads(&cyd.clicks("I agree").await.expect("noted"), &["You're away "]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rota_is_its_squads_and_its_leads() {
    let story = Story::tired(Engine::Sqlite).await;
    story.second_squad().await;
    let (ann, ben, eve) = (story.person("Ann"), story.person("Ben"), story.person("Eve"));
    let draft = story.drafted().await;
    let shown = draft.message.expect("shown").buttons[0].custom_id.clone().expect("no link");
    let row = shown.split(':').nth(3).expect("a row").to_owned();
    let id = row.split(',').nth(1).expect("an id").to_owned();
    // A draft is its lead's: nobody answers it, and nobody else asks with it, not even by their own squad.
    reads(&story.forges(&ben, "rota.agree", &row).await, &["Nobody has been asked about that rota yet."]);
    reads(&story.forges(&ben, "rota.calendar", &row).await, &["Nobody has been asked about that rota yet."]);
    reads(&story.forges(&ben, "rota.ask", &row).await, &["Only this squad's lead"]);
    reads(&story.forges(&ben, "rota.ask", &format!("2,{id}")).await, &["That draft isn't there any more"]);
    reads(&story.forges(&ben, "rota.withdraw", &format!("2,{id}")).await, &["That draft isn't there any more"]);
    ann.goes_to("random").expect("there");
    ann.clicks("Ask the squad").await.expect("asked");
    story.settled().await;
    for (action, said) in [("rota.agree", "You aren't in a squad here yet."), ("rota.other", "You aren't in a squad")] {
        reads(&story.forges(&eve, action, &row).await, &[said]);
    }
    // Whoever joined later isn't in it, and is told so kindly.
    eve.goes_to("checkout").expect("there");
    story.run(&eve, "/squad join squad:Checkout").await;
    story.settled().await;
    reads(&story.presses("Eve", "I agree").await, &["You aren't in this rota, so it has no days off for you."]);
    let files = story.presses("Eve", "Calendar (.ics)").await;
    assert_eq!(files.message.expect("an answer").attachments, ["squad-days-off.ics"]);
    reads(&story.forges(&ben, "rota.agree", "x").await, &["I don't know that button any more."]);
    reads(&story.forges(&ben, "rota.agree", "1,5").await, &["That rota isn't there any more."]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_rota_takes_the_place_of_one_that_nobody_agreed_to() {
    for engine in engines() {
        let story = Story::tired(engine).await;
        let ann = story.person("Ann");
        let first = story.drafted().await;
        let old = first.message.expect("shown").buttons[0].custom_id.clone().expect("no link");
        story.asked_rota().await;
        reads(&story.forges_in(&ann, story.channel("random"), &old).await, &["a newer one took its place"]);
        let before = story.rota().await.id;
        reads(&story.drafted().await, &["Asking replaces the rota that I asked about before; nobody has agreed"]);
        ann.clicks("Ask the squad").await.expect("asked");
        story.settled().await;
        assert_ne!(story.rota().await.id, before);
        let view = ann.sees_in("checkout").expect("there");
        let replaced = view.messages.into_iter().find(|seen| seen.id == before).expect("there");
        contains(&replaced.content, &["was taken back."]);
        story.presses("Ben", "I agree").await;
        let stands = story.drafted().await;
        reads(&stands, &["stands already", "Ben has agreed to it, so I don't plan over it."]);
        assert_eq!(buttons(&stands), ["Take it back"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_leaves_or_is_erased_is_gone_from_the_rota() {
    for engine in engines() {
        let story = Story::tired(engine).await;
        story.asked_rota().await;
        story.presses("Ben", "I agree").await;
        for (name, line) in [("Ben", "/squad leave squad:Checkout"), ("Dot", "/privacy erase")] {
            let person = story.person(name);
            person.goes_to("random").expect("there");
            let reply = story.run(&person, line).await;
            if let Some(sure) = buttons(&reply).into_iter().find(|label| label.starts_with("Erase")) {
                person.clicks(&sure).await.expect("erased");
            }
            story.settled().await;
            let rota = story.rota().await.content;
            lacks(&rota, &[name]);
            contains(&rota, &["- **Cyd**", "- **Ann**"]);
        }
        // The day off stays Ben's own, and the others go on.
        contains(&story.days_away("Ben").await, &["2 April"]);
        reads(&story.presses("Cyd", "I agree").await, &["You're away"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archived_squads_rota_rests_and_one_that_is_over_too() {
    let story = Story::tired(Engine::Sqlite).await;
    let ann = story.person("Ann");
    story.asked_rota().await;
    story.until("2026-04-01 12:00").await;
    reads(&story.presses("Ben", "Other days").await, &["These two weeks have begun"]);
    // Agreeing late notes what is still to come.
    story.until("2026-04-06 12:00").await;
    story.presses("Ben", "I agree").await;
    let undone = story.person("Ben").clicks("Undo").await.expect("undone");
    reads(&undone, &["You aren't noted as away Wed 8 and Sun 12 April any more."]);
    reads(&story.presses("Ben", "I agree").await, &["You're away Wed 8 and Sun 12 April."]);
    let away = story.days_away("Ben").await;
    contains(&away, &["Wednesday 8 April", "Sunday 12 April"]);
    lacks(&away, &["Thursday 2 April"]);
    story.until("2026-04-14 12:00").await;
    reads(&story.presses("Cyd", "I agree").await, &["These two weeks are over."]);
    ann.goes_to("random").expect("there");
    let draft = story.drafted().await;
    assert_eq!(buttons(&draft), ["Ask the squad"]);
    ann.clicks("Ask the squad").await.expect("asked");
    story.settled().await;
    let before = story.rota().await.content;
    ann.goes_to("random").expect("there");
    story.run(&ann, "/squad archive squad:Checkout").await;
    ann.clicks("Yes, archive it").await.expect("archived");
    story.settled().await;
    assert_eq!(story.rota().await.content, before);
    reads(&story.presses("Cyd", "I agree").await, &["This squad is archived, so its rota rests as it is."]);
    reads(&story.presses("Cyd", "Other days").await, &["This squad is archived"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_squad_with_free_weekends_needs_none() {
    let story = Story::with_squad().await;
    let said = story.drafted().await;
    reads(&said, &["there is nothing to plan: Checkout works Monday to Friday"]);
    assert_eq!(buttons(&said), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shared_rest_day_takes_up_the_days_off_of_a_rota() {
    let story = Story::tired(Engine::Sqlite).await;
    story.asked_rota().await;
    story.presses("Ben", "I agree").await;
    let ann = story.person("Ann");
    let told = story.last_dm(&ann).expect("told");
    ann.goes_to("DM").expect("a conversation");
    let days = ann.clicks_on(told.id, "Plan a shared rest day").await.expect("days");
    let offered = days.message.expect("shown").selects[0].options.clone();
    assert_eq!(offered[0], "Thursday 2 April, 1 person away anyway", "{offered:?}");
    ann.selects("A shared rest day", &["Thursday 2 April, 1 person away anyway"]).await.expect("asked");
    story.settled().await;
    let proposal = story.day_message(&ann, "checkout", "A rest day for all of Checkout").expect("posted");
    contains(&proposal.content, &["Off so far: Ben."]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_holiday_is_a_day_off_without_a_rota() {
    let story = Story::tired(Engine::Sqlite).await;
    let ann = story.person("Ann");
    ann.goes_to("random").expect("there");
    story.run(&ann, "/organisation edit organisation:Fennel calendar:England and Wales").await;
    story.asked_rota().await;
    // Good Friday and Easter Monday, for Fennel alone.
    for name in ["Ann", "Ben"] {
        contains(&story.line(name).await, &["Fri 3", "Mon 6"]);
    }
    lacks(&story.line("Cyd").await, &["Mon 6"]);
    story.presses("Ben", "I agree").await;
    assert!(story.line("Ben").await.ends_with("agreed"));
    lacks(&story.days_away("Ben").await, &["Friday 3", "Monday 6"]);
}
