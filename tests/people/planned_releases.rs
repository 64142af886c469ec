//! A release that is coming up: its line in the channel, who outside hears of it and when, and what became of it.

use simulator::{Actor, Reply, Seen};

use crate::acts::{buttons, contains, lacks, reads};
use crate::harness::{Story, engines, utc};

impl Story {
    /// Cyd answers for Parcelwing, which has turned notices on.
    async fn parcelwing_hears(&self) {
        self.appoint("Cyd", "contact", "Parcelwing").await;
        reads(
            &self.turns("Cyd", "Tell us before releases").await,
            &["I tell **Parcelwing**", "in private, through its contacts"],
        );
    }

    /// Somebody clicks on Parcelwing's card.
    async fn turns(&self, name: &str, label: &str) -> Reply {
        self.turns_for(name, "Parcelwing", label).await
    }

    async fn turns_for(&self, name: &str, organisation: &str, label: &str) -> Reply {
        let person = self.person(name);
        person.goes_to("random").expect("there");
        self.run(&person, &format!("/organisation edit organisation:{organisation}")).await;
        person.clicks(label).await.expect("turned")
    }

    /// Ben shares something in #checkout.
    async fn ben_shares(&self, what: &str, when: &str) -> Reply {
        let ben = self.person("Ben");
        ben.goes_to("checkout").expect("there");
        let reply = self.run(&ben, &format!("/share release what:{what} when:{when}")).await;
        self.settled().await;
        reply
    }

    /// Somebody clicks in the newest message that they got with these words.
    async fn replies_to(&self, name: &str, words: &str, label: &str) -> Reply {
        let person = self.person(name);
        person.goes_to("DM").expect("a conversation");
        let dms = self.dms(&person);
        let on = dms.iter().rfind(|seen| seen.content.contains(words)).unwrap_or_else(|| panic!("{words}: {dms:?}"));
        let reply = person.clicks_on(on.id, label).await.unwrap_or_else(|why| panic!("{label}: {why}"));
        self.settled().await;
        reply
    }

    /// Ben names another time, in answer to the question whether it is out.
    async fn ben_moves(&self, to: &str) -> Reply {
        self.replies_to("Ben", "checkout 2.1", "Moved…").await;
        let reply = self.person("Ben").fills(&[("The new time, on your clock", to)]).await.expect("sent");
        self.settled().await;
        reply
    }

    /// What stands in a channel about checkout 2.1.
    fn lines(&self, channel: &str) -> Vec<String> {
        let seen = self.person("Ann").sees_in(channel).expect("there").messages;
        seen.into_iter().map(|seen| seen.content).filter(|text| text.contains("checkout 2.1")).collect()
    }

    /// What somebody was told of checkout 2.1, and when.
    fn heard(&self, who: &Actor) -> Vec<Seen> {
        self.dms(who).into_iter().filter(|seen| seen.content.contains("checkout 2.1")).collect()
    }

    /// The number of the one planned release.
    async fn planned(&self) -> String {
        self.number("SELECT MIN(id) FROM planned_release").await.to_string()
    }

    /// A panel that has stood for an hour is edited once in five minutes at most.
    async fn soon(&self) {
        self.stage.until(self.stage.now() + chrono::TimeDelta::minutes(6)).await.expect("settles");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn partners_hear_on_the_working_day_before_and_it_is_out() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.parcelwing_hears().await;
        let (ben, cyd) = (story.person("Ben"), story.person("Cyd"));
        // Fennel wants to hear of its partners' releases, not of its own Ben's.
        story.turns_for("Ann", "Fennel", "Tell us before releases").await;
        story.until("2026-03-24 11:00").await;
        // Monday: Parcelwing hears of it on Friday, as its day begins.
        let planned = story.ben_shares("checkout 2.1", "next Monday 14:00").await;
        assert!(planned.is_private());
        reads(
            &planned,
            &[
                "Coming up for Checkout: **checkout 2.1**, 2026-03-30 13:00 UTC",
                "nobody there is notified",
                "Outside that channel, these asked to hear before releases:",
                "**Parcelwing** hears of it on 2026-03-27 09:00 UTC",
                "Until then, **Take it back** leaves nothing behind.",
                "Once it should be out, I ask you",
                "[Take it back]",
            ],
        );
        lacks(&planned.text(), &["Fennel"]);
        assert_eq!(story.lines("checkout"), ["Coming up: **checkout 2.1**, 2026-03-30 13:00 UTC (Ben, Checkout)"]);
        story.until("2026-03-27 08:59").await;
        story.restart().await;
        assert!(story.heard(&cyd).is_empty());
        story.until("2026-03-27 09:01").await;
        let heard = story.heard(&cyd);
        assert_eq!(heard.len(), 1);
        assert_eq!(heard[0].sent, utc("2026-03-27 09:00"));
        contains(
            &heard[0].content,
            &["**Checkout** in **Home Testing** plans to release", "because **Parcelwing** asked"],
        );
        story.restart().await;
        story.until("2026-03-30 13:14").await;
        assert!(story.heard(&ben).is_empty(), "it isn't asked too early");
        story.restart().await;
        story.until("2026-03-30 13:16").await;
        let asked = story.heard(&ben);
        assert_eq!(asked.len(), 1);
        contains(&asked[0].content, &["**checkout 2.1** of Checkout was planned for", "Is it out?"]);
        story.restart().await;
        reads(&story.replies_to("Ben", "Is it out?", "It's out").await, &["Recorded for Checkout: **checkout 2.1**"]);
        story.soon().await;
        let released = ["Released: **checkout 2.1**, 2026-03-30 13:00 UTC (Ben)".to_owned()];
        assert_eq!(story.lines("checkout"), released);
        ben.goes_to("random").expect("there");
        let copy = story.run(&ben, "/privacy export").await;
        contains(&story.file(&copy), &["\"planned_for\": \"2026-03-30T13:00:00Z\"", "\"state\": \"out\""]);
        // A slip is taken back, and said again; the second click of the same changes nothing.
        reads(
            &story.replies_to("Ben", "Recorded for", "Take it back").await,
            &["a planned release again", "[It's out]"],
        );
        story.soon().await;
        contains(&story.lines("checkout")[0], &["Coming up: **checkout 2.1**"]);
        story.replies_to("Ben", "a planned release again", "It's out").await;
        let row = story.planned().await;
        reads(&story.forges(&ben, "release.out", &row).await, &["is out already"]);
        reads(&story.forges(&ben, "release.off", &row).await, &["is out already"]);
        story.soon().await;
        assert_eq!(story.lines("checkout"), released);
        assert_eq!(story.heard(&cyd).len(), 1, "who was told before isn't told again");
        assert_eq!(story.number("SELECT COUNT(*) FROM release").await, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn moved_twice_and_called_off_is_said_once_each_to_whoever_had_heard() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.parcelwing_hears().await;
        let (ben, cyd) = (story.person("Ben"), story.person("Cyd"));
        story.until("2026-03-24 11:00").await;
        story.ben_shares("checkout 2.1", "tomorrow 14:00").await;
        story.until("2026-03-24 11:04").await;
        assert!(story.heard(&cyd).is_empty(), "there is a moment for second thoughts");
        story.until("2026-03-24 11:06").await;
        assert_eq!(story.heard(&cyd).len(), 1);
        story.until("2026-03-25 14:16").await;
        // What can't be used comes back filled in.
        reads(&story.ben_moves("yesterday").await, &["over already", "What you wrote is kept", "[Try again]"]);
        story.restart().await;
        let again = story.replies_to("Ben", "What you wrote is kept", "Try again").await;
        let form = again.modal.expect("a form");
        assert!(format!("{form:?}").contains("yesterday"), "{form:?}");
        let moved = ben.fills(&[("The new time, on your clock", "Friday 10:00")]).await.expect("sent");
        reads(
            &moved,
            &["**checkout 2.1** is planned for 2026-03-27 10:00 UTC now", "outside the channel hears of that"],
        );
        story.soon().await;
        let moved = "is now planned for 2026-03-27 10:00 UTC, and not for 2026-03-25 14:00 UTC";
        contains(&story.heard(&cyd)[1].content, &["Moved: **checkout 2.1** of **Checkout**", moved]);
        story.restart().await;
        story.until("2026-03-27 10:16").await;
        assert_eq!(story.heard(&cyd).len(), 2, "no second notice before it");
        story.ben_moves("Monday 10:00").await;
        story.soon().await;
        assert_eq!(story.heard(&cyd).len(), 3);
        assert_eq!(story.lines("checkout"), ["Coming up: **checkout 2.1**, 2026-03-30 09:00 UTC (Ben, Checkout)"]);
        story.until("2026-03-30 09:16").await;
        reads(&story.replies_to("Ben", "Is it out?", "Called off").await, &["Called off: **checkout 2.1**."]);
        story.soon().await;
        contains(&story.lines("checkout")[0], &["Called off: **checkout 2.1**, which was planned for"]);
        contains(&story.heard(&cyd)[3].content, &["Called off: **checkout 2.1**", "nothing that you need to do"]);
        let row = story.planned().await;
        reads(&story.forges(&ben, "release.off", &row).await, &["Called off: **checkout 2.1**."]);
        reads(&story.forges(&cyd, "release.off", &row).await, &["isn't there any more"]);
        story.until("2026-04-20 09:16").await;
        assert_eq!(story.heard(&cyd).len(), 4);
        assert_eq!(story.number("SELECT COUNT(*) FROM release").await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_elsewhere_hears_in_its_own_channel_and_can_stop_it_there() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        story.appoint("Cyd", "contact", "Parcelwing").await;
        story.until("2026-04-01 11:00").await;
        // It is planned before Parcelwing wants to hear, for the Tuesday after Easter.
        let planned = story.ben_shares("checkout 2.1", "2026-04-07 14:00").await;
        lacks(&planned.text(), &["Outside that channel"]);
        let cyd = story.person("Cyd");
        cyd.goes_to("random").expect("there");
        let edit = "/organisation edit organisation:Parcelwing channel:#lab zone:Kolkata calendar:England and Wales";
        story.run(&cyd, edit).await;
        reads(&story.turns("Cyd", "Tell us before releases").await, &["a release: in #lab, on its working day before"]);
        // Good Friday and Easter Monday are holidays, and 09:00 in Kolkata is 03:30.
        story.until("2026-04-02 03:29").await;
        assert!(story.lines("lab").is_empty());
        story.until("2026-04-02 03:31").await;
        assert_eq!(story.lines("lab").len(), 1);
        assert!(story.heard(&cyd).is_empty(), "it has a channel");
        // Somebody else of it has no say.
        let notice = cyd.sees_in("lab").expect("there").messages.pop().expect("a notice");
        let dot = story.person("Dot");
        dot.goes_to("lab").expect("there");
        let refused = dot.clicks_on(notice.id, "Stop telling us before releases").await.expect("answered");
        reads(&refused, &["Only this organisation's stewards and contacts"]);
        cyd.goes_to("lab").expect("there");
        let stopped = cyd.clicks_on(notice.id, "Stop telling us before releases").await.expect("stopped");
        assert!(stopped.is_private());
        reads(&stopped, &["**Parcelwing** isn't told before releases", "[Tell us before releases]"]);
        let second = story.ben_shares("checkout 2.1 again", "tomorrow 14:00").await;
        lacks(&second.text(), &["Outside that channel"]);
        story.until("2026-04-04 14:00").await;
        assert_eq!(story.lines("lab").len(), 1, "{:?}", story.lines("lab"));
        // Who was told still hears that it is off.
        story.until("2026-04-07 13:16").await;
        story.replies_to("Ben", "**checkout 2.1** of Checkout", "Called off").await;
        story.soon().await;
        contains(&story.lines("lab")[1], &["Called off: **checkout 2.1**"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_turned_it_off_meanwhile_and_whose_squad_ended_are_told_nothing() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        story.parcelwing_hears().await;
        let (ann, ben, cyd) = (story.person("Ann"), story.person("Ben"), story.person("Cyd"));
        story.until("2026-03-23 11:00").await;
        story.ben_shares("checkout 2.1", "2026-03-25 14:00").await;
        story.turns("Cyd", "Stop telling us before releases").await;
        story.until("2026-03-24 12:00").await;
        assert!(story.heard(&cyd).is_empty());
        story.turns("Cyd", "Tell us before releases").await;
        story.turns("Cyd", "Stop telling us before releases").await;
        story.turns("Cyd", "Tell us before releases").await;
        story.until("2026-03-24 12:10").await;
        assert_eq!(story.heard(&cyd).len(), 1, "turned on again in time");

        story.ben_shares("checkout 2.1 b", "2026-03-27 14:00").await;
        ann.goes_to("checkout").expect("there");
        story.run(&ann, "/squad archive").await;
        ann.clicks("Yes, archive it").await.expect("archived");
        story.until("2026-03-31 12:00").await;
        assert_eq!(story.heard(&cyd).len(), 1);
        assert!(story.heard(&ben).is_empty(), "nobody is asked for a squad that has ended");
        contains(&story.lines("checkout")[0], &["Planned: **checkout 2.1**", "Whether it is out wasn't said."]);
        let row = story.planned().await;
        reads(&story.forges(&ben, "release.out", &row).await, &["was archived meanwhile"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_gone_is_not_asked_and_erasing_takes_every_line_back() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        story.parcelwing_hears().await;
        let (ben, cyd) = (story.person("Ben"), story.person("Cyd"));
        story.until("2026-03-24 11:00").await;
        story.ben_shares("checkout 2.1", "tomorrow 14:00").await;
        story.until("2026-03-24 11:06").await;
        assert_eq!(story.heard(&cyd).len(), 1);
        story.run(&ben, "/squad leave").await;
        story.until("2026-03-29 11:00").await;
        assert!(story.heard(&ben).is_empty());
        contains(&story.lines("checkout")[0], &["Planned: **checkout 2.1**", "(Ben). Whether it is out wasn't said."]);
        let row = story.planned().await;
        reads(&story.forges(&ben, "release.out", &row).await, &["You aren't in Checkout"]);

        story.run(&ben, "/privacy erase").await;
        ben.clicks("Erase everything").await.expect("erased");
        story.soon().await;
        assert!(story.lines("checkout").is_empty() && story.heard(&cyd).is_empty());
        assert_eq!(story.number("SELECT COUNT(*) FROM planned_release").await, 0);
        assert_eq!(story.number("SELECT COUNT(*) FROM planned_release_told").await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn second_thoughts_in_time_reach_nobody_else() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.parcelwing_hears().await;
        let (ben, cyd) = (story.person("Ben"), story.person("Cyd"));
        story.until("2026-03-24 11:00").await;
        story.ben_shares("checkout 2.1", "17:00").await;
        story.restart().await;
        let back = ben.clicks("Take it back").await.expect("taken back");
        reads(&back, &["Taken back: **checkout 2.1**", "nobody else is told"]);
        story.until("2026-03-24 18:00").await;
        assert!(story.heard(&cyd).is_empty() && story.heard(&ben).is_empty() && story.lines("checkout").is_empty());
        reads(&story.forges(&ben, "release.off", "1,back").await, &["isn't there any more"]);

        // At night and for the night, there is nobody to tell: whoever plans it reads so, or nobody is woken.
        story.until("2026-03-24 23:00").await;
        reads(
            &story.ben_shares("checkout 2.1", "23:04").await,
            &["**Parcelwing** wants to, and there is no time left to tell it before."],
        );
        story.ben_shares("checkout 2.1 b", "tomorrow 05:00").await;
        story.until("2026-03-25 06:59").await;
        assert!(story.heard(&cyd).is_empty() && story.heard(&ben).is_empty());
        story.until("2026-03-25 07:01").await;
        assert_eq!((story.heard(&cyd).len(), story.heard(&ben).len()), (0, 2), "asked in the morning");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn closed_messages_and_silence_break_nothing() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        story.parcelwing_hears().await;
        story.appoint("Dot", "contact", "Parcelwing").await;
        let (ben, cyd, dot) = (story.person("Ben"), story.person("Cyd"), story.person("Dot"));
        story.until("2026-03-24 11:00").await;
        for closed in [&cyd, &ben] {
            story.stage.sim.close_dms(closed.id());
        }
        story.ben_shares("checkout 2.1", "2026-03-26 14:00").await;
        story.until("2026-03-26 15:00").await;
        assert_eq!(story.heard(&dot).len(), 1, "the other contact hears");
        assert!(story.heard(&cyd).is_empty() && story.heard(&ben).is_empty());
        story.until("2026-03-29 13:59").await;
        contains(&story.lines("checkout")[0], &["Coming up:"]);
        story.until("2026-03-29 14:01").await;
        contains(&story.lines("checkout")[0], &["Planned: **checkout 2.1**", "Whether it is out wasn't said."]);
        assert_eq!(story.number("SELECT COUNT(*) FROM release").await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_of_the_week_is_asked_about_and_nothing_is_shared_before() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        let ben = story.person("Ben");
        story.until("2026-03-25 11:00").await;
        let which = story.ben_shares("checkout 2.1", "Tuesday 14:00").await;
        reads(&which, &["Which one do you mean? Nothing is shared yet."]);
        assert_eq!(buttons(&which), ["It went out on Tuesday 24 March", "It is coming up on Tuesday 31 March"]);
        assert!(story.lines("checkout").is_empty());
        story.restart().await;
        reads(&ben.clicks("It is coming up on Tuesday 31 March").await.expect("planned"), &["Coming up for Checkout"]);
        story.settled().await;
        assert_eq!(story.lines("checkout"), ["Coming up: **checkout 2.1**, 2026-03-31 13:00 UTC (Ben, Checkout)"]);
        story.ben_shares("checkout 2.1 b", "Monday").await;
        reads(&ben.clicks("It went out on Monday 23 March").await.expect("recorded"), &["Recorded for Checkout"]);
        let row = format!("1,{}", utc("2026-03-31 13:00").timestamp());
        reads(&story.forges(&ben, "release.meant", &row).await, &["That is shared already."]);
        reads(
            &story.ben_shares("checkout 2.1", "in 3 months").await,
            &["more than 60 days ahead", "nothing was saved"],
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_moved_before_anybody_heard_is_told_once_at_its_new_time() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.parcelwing_hears().await;
        let (ben, cyd) = (story.person("Ben"), story.person("Cyd"));
        story.until("2026-03-24 11:00").await;
        story.ben_shares("checkout 2.1", "2026-03-27 14:00").await;
        story.restart().await;
        ben.clicks("Moved…").await.expect("a form");
        let moved = ben.fills(&[("The new time, on your clock", "2026-03-31 14:00")]).await.expect("moved");
        // Whoever moves it reads who will hear of it, and nobody has heard of the former time.
        reads(
            &moved,
            &["is planned for 2026-03-31 13:00 UTC now", "**Parcelwing** hears of it on 2026-03-30 08:00 UTC"],
        );
        lacks(&moved.text(), &["Whoever had heard"]);
        story.until("2026-03-30 07:59").await;
        assert!(story.heard(&cyd).is_empty() && story.heard(&ben).is_empty(), "the former time means nothing now");
        story.until("2026-03-30 08:01").await;
        assert_eq!(story.heard(&cyd).len(), 1);
        contains(&story.heard(&cyd)[0].content, &["2026-03-31 13:00 UTC"]);
    }
}
