//! Decisions: recorded in one short form, found again, looked at again, and kept when people leave.

use std::io::Read;

use chrono::TimeDelta;
use simulator::{Actor, Reply, RoleId, Seen, permission};

use crate::acts::{buttons, contains, lacks, reads};
use crate::harness::{Story, engines};

const TITLE: &str = "Title";
const DECISION: &str = "What was decided";
const REVIEW: &str = "Look at it again on (optional)";
const LEARNED: &str = "What did we learn? (optional)";

impl Story {
    /// Somebody records a decision in #random.
    async fn records(&self, who: &Actor, line: &str, texts: [&str; 3]) -> Reply {
        who.goes_to("random").expect("there");
        let opened = self.run(who, line).await;
        assert!(opened.modal.is_some(), "{}", opened.text());
        self.sends_record(who, texts).await
    }

    async fn sends_record(&self, who: &Actor, [title, decision, review]: [&str; 3]) -> Reply {
        let reply = who.fills(&[(TITLE, title), (DECISION, decision), (REVIEW, review)]).await.expect("an answer");
        self.settled().await;
        reply
    }

    /// The record of a decision, as a reader of #random sees it once it has been edited.
    async fn record(&self, id: &str) -> Seen {
        self.stage.until(self.stage.now() + TimeDelta::minutes(2)).await.expect("settles");
        let view = self.person("Dot").sees_in("random").expect("there");
        let found = view.messages.into_iter().rfind(|seen| !seen.private && seen.text().contains(&format!("{id} ·")));
        found.unwrap_or_else(|| panic!("no record of {id}"))
    }

    /// Somebody clicks on the record of a decision.
    async fn on_record(&self, who: &Actor, id: &str, label: &str) -> Reply {
        who.goes_to("random").expect("there");
        let reply = who.clicks_on(self.record(id).await.id, label).await.unwrap_or_else(|why| panic!("{label}: {why}"));
        self.settled().await;
        reply
    }

    /// How many messages wait for their author's word.
    async fn waiting(&self) -> i64 {
        let mut db = self.stage.app.store.read().await.expect("a connection");
        let sql = "SELECT COUNT(*) FROM consent";
        let (count,): (i64,) = sqlx::query_as(sql).fetch_one(&mut *db).await.expect("counted");
        count
    }

    /// What somebody was told in private, by some of its words.
    fn dm_with(&self, who: &Actor, words: &str) -> String {
        let found = self.dms(who).into_iter().map(|seen| seen.text()).rfind(|text| text.contains(words));
        found.unwrap_or_else(|| panic!("nothing with “{words}” in private"))
    }

    /// What somebody finds.
    async fn finds(&self, who: &Actor, words: &str) -> String {
        who.goes_to("random").expect("there");
        let line =
            if words.is_empty() { "/decision search".to_owned() } else { format!("/decision search words:{words}") };
        let reply = self.run(who, &line).await;
        assert!(reply.is_private());
        reply.text()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_from_its_record_to_its_successor() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        let (ann, ben, cyd) = (story.person("Ann"), story.person("Ben"), story.person("Cyd"));
        let reply = story
            .records(&cyd, "/decision record owner:@Ben", ["Release on Tuesdays", "We go out each Tuesday.", ""])
            .await;
        assert!(reply.is_private());
        reads(&reply, &["**D-1** is recorded, and posted here."]);
        let record = story.record("D-1").await.text();
        contains(&record, &["D-1 · Release on Tuesdays", "Agreed", "We go out each Tuesday.", "Owner: @Ben"]);

        // Whoever recorded it adds what there was no time for.
        cyd.clicks("Add detail").await.expect("a form");
        let detail = [("How it came about", "Two boards, one café"), ("Why this one", "It *can* be undone")];
        cyd.fills(&detail).await.expect("kept");
        story.restart().await;
        story.on_record(&ben, "D-1", "Change").await;
        ben.selects("At which level is it taken?", &["Squad level"]).await.expect("a level");
        ben.clicks("Who decides").await.expect("selects");
        ben.selects("Who decides?", &["Fennel"]).await.expect("picked");
        ben.selects("Who is told after?", &["Parcelwing"]).await.expect("picked");
        story.settled().await;
        let record = story.record("D-1").await.text();
        contains(&record, &["squad level", "Two boards, one café", "Decides: Fennel", "Told after: Parcelwing"]);

        // Everybody can add a concern, and only its owner, a lead or an admin can change it.
        let dot = story.person("Dot");
        reads(&story.on_record(&dot, "D-1", "Change").await, &["That is for its owner (@Ben), a lead or an admin."]);
        story.on_record(&dot, "D-1", "Add a concern").await;
        dot.fills(&[("Your concern, in your words", "Holidays fall on Tuesdays, too.")]).await.expect("kept");
        story.settled().await;
        contains(&story.record("D-1").await.text(), &["Concern (@Dot): Holidays fall on Tuesdays, too."]);

        // Another one takes its place, and each names the other.
        story.on_record(&ann, "D-1", "Supersede").await;
        let reply = story.sends_record(&ann, ["Release on Wednesdays", "We go out each Wednesday.", ""]).await;
        reads(&reply, &["**D-2** is recorded", "Takes the place of", "[D-1](https://", ") Release on Tuesdays"]);
        contains(&story.record("D-2").await.text(), &["[D-1](https://", ") Release on Tuesdays", "squad level"]);
        let old = story.record("D-1").await;
        contains(&old.text(), &["Superseded by [D-2](https://", ") Release on Wednesdays"]);
        assert_eq!(old.buttons.iter().map(|one| one.label.as_str()).collect::<Vec<_>>(), ["History"]);
        let history = story.on_record(&dot, "D-1", "History").await.text();
        contains(
            &history,
            &["1. ", "recorded, agreed by @Cyd", "detail added", "superseded by D-2, superseded by @Ann"],
        );

        // What was decided is found by words, by number, by the beginning of a word, and without accents.
        contains(&story.finds(&dot, "release").await, &["2 decisions", "D-1", "D-2"]);
        contains(&story.finds(&dot, "cafe").await, &["1 decision for", "D-1** Release on Tuesdays · superseded"]);
        contains(&story.finds(&dot, "Wednesd").await, &["D-2"]);
        contains(&story.finds(&dot, "d-2").await, &["D-2** Release on Wednesdays · agreed"]);
        contains(&story.finds(&dot, "").await, &["The latest decisions", "D-2", "D-1"]);
        contains(&story.finds(&dot, "nowhere").await, &["Nothing was found for “nowhere”"]);
        contains(&story.finds(&dot, "due").await, &["Nothing is due"]);
        dot.goes_to("checkout").expect("there");
        let shown = story.run(&dot, "/decision show id:2").await;
        assert!(shown.is_private());
        assert!(buttons(&shown).contains(&"Show here".to_owned()));
        dot.clicks("Show here").await.expect("posted");
        story.settled().await;
        contains(&dot.sees_in("checkout").expect("there").text(), &["D-2 · Release on Wednesdays"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_cannot_be_used_comes_back_filled_in() {
    let mut story = Story::with_squad().await;
    let ben = story.person("Ben");
    let reply = story.records(&ben, "/decision record", ["Form", "One form.", "yesterday"]).await;
    reads(&reply, &["is not ahead of us", "Nothing was recorded; what you wrote is kept."]);
    story.restart().await;
    let again = ben.clicks("Try again").await.expect("the form");
    let fields = again.modal.expect("a form").fields;
    assert_eq!(fields.iter().map(|field| field.value.as_str()).collect::<Vec<_>>(), ["Form", "One form.", "yesterday"]);
    reads(&story.sends_record(&ben, ["Form", "One form.", "in 3 days"]).await, &["D-1", "looked at again on"]);
    lacks(&story.finds(&ben, "").await, &["D-2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_review_date_its_owner_looks_back() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        let (ann, ben) = (story.person("Ann"), story.person("Ben"));
        story.records(&ann, "/decision record owner:@Ben", ["One form", "One form for both.", "2026-03-25"]).await;
        let asked = |story: &Story| {
            story.dms(&ben).into_iter().filter(|seen| seen.text().contains("it goes on in other words")).count()
        };
        story.until("2026-03-25 08:30").await;
        assert_eq!(asked(&story), 0);
        story.until("2026-03-25 12:00").await;
        assert_eq!(asked(&story), 1);
        story.restart().await;
        // Nobody answers: once more after a week, and then it stays in the list.
        story.until("2026-04-20 12:00").await;
        assert_eq!(asked(&story), 2);
        contains(&story.finds(&ann, "due").await, &["Due to be looked at again", "D-1"]);

        ben.goes_to("DM").expect("a conversation");
        ben.clicks("Adjust").await.expect("a form");
        let form = [
            (DECISION, "One form, and paper where there is no net."),
            (LEARNED, "Ask the wards first."),
            (REVIEW, "2026-05-04"),
        ];
        reads(&ben.fills(&form).await.expect("kept"), &["Saved. The record shows it."]);
        story.settled().await;
        contains(
            &story.record("D-1").await.text(),
            &["and paper", "What we learned", "Adjusted: Ask the wards first.", "4 May 2026"],
        );
        contains(&story.finds(&ann, "due").await, &["Nothing is due"]);

        story.until("2026-05-05 12:00").await;
        assert_eq!(asked(&story), 3);
        ben.goes_to("DM").expect("a conversation");
        ben.clicks("Reverse").await.expect("a form");
        ben.fills(&[("What did we learn?", "Paper is enough.")]).await.expect("kept");
        story.settled().await;
        let record = story.record("D-1").await.text();
        contains(&record, &["Retired: it holds no more", "Reversed: Paper is enough."]);
        lacks(&record.to_lowercase(), &["fail", "fault", "mistake"]);
        story.until("2026-06-10 12:00").await;
        assert_eq!(asked(&story), 3);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_becomes_a_record_and_a_smaller_circle_is_asked_first() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        let (ben, cyd) = (story.person("Ben"), story.person("Cyd"));
        ben.goes_to("random").expect("there");
        let said = ben.says("Then we keep the old form until May.").await.expect("said");
        cyd.goes_to("random").expect("there");
        let opened = cyd.right_clicks(said, "Record as decision").await.expect("a form");
        let fields = opened.modal.expect("a form").fields;
        assert_eq!(fields[1].value, "Then we keep the old form until May.");
        story.sends_record(&cyd, ["Keep the form", "We keep the old form until May.", ""]).await;
        contains(
            &story.record("D-1").await.text(),
            &["We keep the old form", "The message it was recorded from", "Owner: @Cyd"],
        );

        // In a channel that not everybody sees, its author is asked.
        let server = story.server("Home Testing");
        let lab = story.channel("lab");
        let everyone = RoleId(server.0);
        story.stage.sim.deny(lab, everyone, permission::VIEW_CHANNEL);
        for who in [ben.id(), cyd.id(), story.stage.sim.bot_user_id()] {
            story.stage.sim.allow(lab, who, permission::VIEW_CHANNEL);
        }
        ben.goes_to("lab").expect("there");
        let said = ben.says("Between us: the board says yes.").await.expect("said");
        cyd.goes_to("lab").expect("there");
        cyd.right_clicks(said, "Record as decision").await.expect("a form");
        let reply = story.sends_record(&cyd, ["The board agrees", "The board says yes.", ""]).await;
        reads(&reply, &["So I ask @Ben first"]);
        lacks(&story.finds(&cyd, "board").await, &["D-2"]);
        story.until("2026-03-23 11:00").await;
        story.restart().await;
        contains(
            &story.dm_with(&ben, "would like to record"),
            &["Cyd would like to record something that you wrote in #lab"],
        );
        ben.goes_to("DM").expect("a conversation");
        reads(&ben.clicks("Please don't").await.expect("an answer"), &["It stays where you wrote it"]);
        story.settled().await;
        contains(&story.dm_with(&cyd, "isn't kept"), &["“The board agrees” isn't kept as a decision"]);
        lacks(&story.finds(&cyd, "board").await, &["D-2"]);

        // Without an answer it is forgotten; what was asked can't be answered any more.
        cyd.goes_to("lab").expect("there");
        cyd.right_clicks(said, "Record as decision").await.expect("a form");
        story.sends_record(&cyd, ["The board agrees", "The board says yes.", ""]).await;
        assert_eq!(story.waiting().await, 1);
        story.until("2026-04-23 12:00").await;
        assert_eq!(story.waiting().await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lives_on_answers_who_may_decide_and_greets_newcomers() {
    let story = Story::with_squad().await;
    let (ann, ben, eve) = (story.person("Ann"), story.person("Ben"), story.person("Eve"));
    for (title, text) in [("Rights", "Squads release."), ("Rights anew", "Squads release, leads hire.")] {
        story.records(&ann, "/decision record", [title, text, ""]).await;
        ann.selects("Does it stand as something for all of us?", &["Our decision rights"]).await.expect("picked");
        story.settled().await;
    }
    contains(&story.record("D-1").await.text(), &["Superseded by [D-2](https://", ") Rights anew"]);
    story.records(&ann, "/decision record", ["Problem", "Nurses type everything twice.", ""]).await;
    ann.selects("Does it stand as something for all of us?", &["Our problem statement"]).await.expect("picked");
    story.records(&ann, "/decision record", ["Hire one", "We hire one nurse.", ""]).await;
    ann.selects("At which level is it taken?", &["Lead level"]).await.expect("picked");
    ben.goes_to("random").expect("there");
    let rights = story.run(&ben, "/decision rights topic:hire").await;
    assert!(rights.is_private());
    reads(&rights, &["Our decision rights, version 2", "Squads release, leads hire.", "Lead level", "D-4** Hire one"]);
    eve.goes_to("random").expect("there");
    reads(&story.run(&eve, "/help").await, &["Nurses type everything twice.", "D-4", "Hire one", "Fennel"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_is_taken_off_the_record_and_the_words_stay() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        let (ann, ben) = (story.person("Ann"), story.person("Ben"));
        story.records(&ann, "/decision record owner:@Ben", ["One form", "One form for both.", ""]).await;
        story.on_record(&ben, "D-1", "Add a concern").await;
        ben.fills(&[("Your concern, in your words", "Paper is patient.")]).await.expect("kept");
        ben.goes_to("random").expect("there");
        story.run(&ben, "/privacy erase").await;
        ben.clicks("Erase everything").await.expect("erased");
        story.settled().await;
        let record = story.record("D-1").await.text();
        contains(&record, &["Owner: somebody who has left", "Concern: Paper is patient."]);
        lacks(&record, &["Ben"]);
        contains(&story.finds(&ann, "patient").await, &["D-1"]);
        let app = &story.stage.app;
        let mut db = app.store.read().await.expect("a connection");
        let id = i64::try_from(ben.id().0).expect("a snowflake");
        let sql = "SELECT COUNT(*) FROM decision_version WHERE changed_by = $1 OR owner = $1";
        let (left,): (i64,) = sqlx::query_as(sql).bind(id).fetch_one(&mut *db).await.expect("counted");
        assert_eq!(left, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_of_them_come_as_a_folder() {
    let story = Story::with_squad().await;
    let ann = story.person("Ann");
    ann.goes_to("random").expect("there");
    reads(&story.run(&ann, "/decision export").await, &["Nothing has been decided here yet"]);
    story.records(&ann, "/decision record", ["../../etc", "One.", ""]).await;
    story.records(&ann, "/decision record", ["../../etc", "Two.", ""]).await;
    let reply = story.run(&ann, "/decision export").await;
    assert!(reply.is_private());
    reads(&reply, &["2 decisions as Markdown"]);
    let message = reply.message.expect("a message");
    assert_eq!(message.attachments, ["decisions.zip"]);
    let bytes = story.stage.sim.read(|world| {
        let message = world.message(message.channel, message.id).expect("there");
        world.files.get(&message.attachments.first().expect("a file").id).cloned().expect("its bytes")
    });
    let mut folder = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a zip file");
    let mut names: Vec<String> = folder.file_names().map(|name| name.expect("a name").into_owned()).collect();
    names.sort();
    assert_eq!(names, ["decisions/0001-etc.md", "decisions/0002-etc.md", "decisions/index.md"]);
    let mut text = String::new();
    folder.by_name(&names[1]).expect("there").read_to_string(&mut text).expect("text");
    contains(&text, &["status: \"accepted\"", "# ../../etc\n", "## Decision Outcome\n\nTwo.\n"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_that_fit_come_in_pages() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        let ann = story.person("Ann");
        ann.goes_to("random").expect("there");
        for number in 1..=13 {
            story.records(&ann, "/decision record", [&format!("Rule {number} of vans"), "So be it.", ""]).await;
        }
        let first = story.finds(&ann, "vans").await;
        let later = ann.clicks("More").await.expect("the next ones").text();
        assert_eq!(ann.clicks("Back").await.expect("the first ones").text(), first);
        let seen: std::collections::BTreeSet<i64> = (1..=13)
            .filter(|number| [&first, &later].iter().any(|text| text.contains(&format!("Rule {number} of vans"))))
            .collect();
        assert_eq!(seen.len(), 13, "{first}\n{later}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_wrote_it_may_say_yes() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        let (ben, cyd) = (story.person("Ben"), story.person("Cyd"));
        let lab = story.channel("lab");
        story.stage.sim.deny(lab, RoleId(story.server("Home Testing").0), permission::VIEW_CHANNEL);
        for who in [ben.id(), cyd.id(), story.stage.sim.bot_user_id()] {
            story.stage.sim.allow(lab, who, permission::VIEW_CHANNEL);
        }
        ben.goes_to("lab").expect("there");
        let said = ben.says("We ship on Tuesdays.").await.expect("said");
        cyd.goes_to("lab").expect("there");
        cyd.right_clicks(said, "Record as decision").await.expect("a form");
        story.sends_record(&cyd, ["Ship on Tuesdays", "We ship on Tuesdays.", ""]).await;
        lacks(&story.finds(&cyd, "tuesdays").await, &["D-1"]);
        story.until("2026-03-23 11:00").await;
        ben.goes_to("DM").expect("a conversation");
        ben.clicks("Yes, record it").await.expect("an answer");
        story.settled().await;
        contains(&story.finds(&cyd, "tuesdays").await, &["D-1", "Ship on Tuesdays"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_held_is_looked_at_again_later() {
    let story = Story::with_squad().await;
    let ben = story.person("Ben");
    ben.goes_to("random").expect("there");
    story.records(&ben, "/decision record", ["Tuesdays", "We ship on Tuesdays.", "in 2 weeks"]).await;
    story.until("2026-04-06 12:00").await;
    ben.goes_to("DM").expect("a conversation");
    let form = ben.clicks("Held").await.expect("a form").modal.expect("a form");
    let labels: Vec<&str> = form.fields.iter().map(|field| field.label.as_str()).collect();
    let when = labels.iter().find(|label| label.contains("again")).expect("a date to come");
    ben.fills(&[("What did we learn? (optional)", "Nobody misses Fridays."), (when, "in 4 weeks")])
        .await
        .expect("kept");
    story.settled().await;
    contains(&story.record("D-1").await.text(), &["Held: Nobody misses Fridays.", "4 May 2026"]);
}
