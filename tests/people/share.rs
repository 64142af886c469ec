//! Sharing: stories, what words mean, offers and needs.

use simulator::{Actor, Reply, RoleId, Seen, permission};

use crate::acts::{buttons, contains, lacks, reads};
use crate::harness::{Story, engines};

const WORKED: &str = "What worked, in one line";
const OFFER: &str = "What can you offer, in one line?";
const NEED: &str = "What do you need, in one line?";
const UNTIL: &str = "Until when does it stand? (30 days if empty)";

impl Story {
    /// It is Tuesday, eleven o'clock.
    async fn on_tuesday(&self) {
        self.until("2026-03-24 11:00").await;
    }

    /// Somebody runs a command in #checkout that opens a form, and fills it in.
    async fn shares(&self, name: &str, line: &str, form: &[(&str, &str)]) -> Reply {
        let person = self.person(name);
        person.goes_to("checkout").expect("there");
        let opened = self.run(&person, line).await;
        assert!(opened.modal.is_some(), "{}", opened.text());
        let reply = person.fills(form).await.expect("sent");
        self.settled().await;
        reply
    }

    async fn ben_offers(&self) -> Reply {
        let form = [
            (OFFER, "Two testers, two days a week"),
            ("More about it", "Both know clinics."),
            ("Limits: how much, for whom, on which terms", "Weekdays only"),
        ];
        self.shares("Ben", "/share offer category:People: hands and heads for some time", &form).await
    }

    async fn cyd_needs(&self) -> Reply {
        let form = [(NEED, "A tester for the clinic"), ("How much of it, and how soon?", "A day this week")];
        self.shares("Cyd", "/share need category:People: hands and heads for some time", &form).await
    }

    /// The card of a share in #checkout, as it stands now.
    async fn share_card(&self, words: &str) -> Seen {
        // A card is edited once in fifteen seconds at most.
        self.stage.until(self.stage.now() + chrono::TimeDelta::minutes(1)).await.expect("settles");
        let seen = self.person("Ann").sees_in("checkout").expect("there").messages;
        seen.into_iter().rfind(|seen| seen.text().contains(words)).unwrap_or_else(|| panic!("no card of {words}"))
    }

    async fn on_share(&self, name: &str, words: &str, label: &str) -> Reply {
        let card = self.share_card(words).await;
        let person = self.person(name);
        person.goes_to("checkout").expect("there");
        person.clicks_on(card.id, label).await.unwrap_or_else(|why| panic!("{label}: {why}: {}", card.text()))
    }

    /// What somebody was told that has these words, the newest.
    fn dm_of(&self, who: &Actor, words: &str) -> Seen {
        let found = self.dms(who).into_iter().rfind(|seen| seen.text().contains(words));
        found.unwrap_or_else(|| panic!("nothing with “{words}” in private"))
    }

    /// Somebody clicks in the newest message in private that has these words.
    async fn in_private_says(&self, name: &str, words: &str, label: &str) -> Reply {
        let person = self.person(name);
        person.goes_to("DM").expect("a conversation");
        let on = self.dm_of(&person, words);
        let reply = person.clicks_on(on.id, label).await.unwrap_or_else(|why| panic!("{label}: {why}: {}", on.text()));
        self.settled().await;
        reply
    }

    async fn browses(&self, name: &str, options: &str) -> Reply {
        let person = self.person(name);
        person.goes_to("random").expect("there");
        let reply = self.run(&person, format!("/share browse {options}").trim()).await;
        assert!(reply.is_private(), "{}", reply.text());
        reply
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_story_is_told_found_and_taken_back() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.on_tuesday().await;
        let form = [
            (WORKED, "The first centre opened on day 8"),
            ("What happened, and what changed for whom?", "Nurses book in *one* form now."),
            ("Who made it possible, on each side?", "The booking desk at Parcelwing"),
            ("What should others copy first?", "Ring the desk before you write to it."),
        ];
        let said = story.shares("Ben", "/share story kind:A success", &form).await;
        assert!(said.is_private());
        reads(
            &said,
            &[
                "**S-1** is shared. It stands here, and every member finds it with `/share browse`.",
                "[Put it otherwise…]",
            ],
        );
        story.restart().await;
        let card = story.share_card("The first centre").await.text();
        contains(
            &card,
            &[
                "Success: The first centre opened on day 8",
                "Nurses book in \\*one\\* form now.",
                "@Ben (Fennel)",
                "Who made it possible",
                "The booking desk at Parcelwing",
                "What to copy first",
                "S-1",
            ],
        );
        lacks(&card, &["["]);

        // It was rather a gift; and in other words.
        let ben = story.person("Ben");
        ben.goes_to("checkout").expect("there");
        reads(&ben.selects("Which kind of story is it?", &["Act of generosity"]).await.expect("picked"), &["Saved."]);
        ben.clicks("Put it otherwise…").await.expect("a form");
        let reply = ben.fills(&[("What was given, in one line", "A desk that answers")]).await.expect("sent");
        reads(&reply, &["Saved. It is shown so wherever I posted it.", "Act of generosity: A desk that answers"]);
        story.settled().await;
        story.restart().await;
        contains(&story.share_card("A desk that answers").await.text(), &["Act of generosity: A desk that answers"]);

        // Others find it, and show it elsewhere; they don't change it.
        for words in ["what:Stories", "words:nurses", "words:S-1", ""] {
            reads(&story.browses("Cyd", words).await, &["S-1", "A desk that answers"]);
        }
        let reply = story.browses("Cyd", "words:S-1").await;
        assert_eq!(buttons(&reply), ["Show it here"]);
        let cyd = story.person("Cyd");
        reads(&cyd.clicks("Show it here").await.expect("posted"), &["It is posted here."]);
        story.settled().await;
        contains(&cyd.sees_in("random").expect("there").text(), &["Act of generosity: A desk that answers"]);
        reads(&story.forges(&cyd, "share.back", "1").await, &["S-1 is somebody else's, so it is theirs to change."]);
        reads(
            &story.browses("Cyd", "words:booking what:Offers").await,
            &["Nothing was found for “booking” among the offers."],
        );

        // Taken back: the number stays, the words are gone everywhere.
        let reply = story.browses("Ben", "words:S-1").await;
        reads(&reply, &["[Take it back]"]);
        reads(&ben.clicks("Take it back").await.expect("taken back"), &["S-1 is taken back.", "This was taken back."]);
        story.settled().await;
        contains(&story.share_card("S-1").await.text(), &["This was taken back."]);
        let ann = story.person("Ann");
        lacks(&ann.sees_in("checkout").expect("there").text(), &["A desk that answers"]);
        lacks(&ann.sees_in("random").expect("there").text(), &["A desk that answers"]);
        reads(&story.browses("Cyd", "words:nurses").await, &["Nothing was found for “nurses”"]);
        reads(&story.browses("Cyd", "").await, &["No stories, terms, offers and needs yet."]);
        reads(&story.forges(&ben, "share.change", "1").await, &["S-1 isn't there any more."]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_in_a_closed_channel_becomes_a_story_when_its_author_says_so() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.on_tuesday().await;
        let (ben, cyd) = (story.person("Ben"), story.person("Cyd"));
        let server = story.server("Home Testing");
        let lab = story.channel("lab");
        story.stage.sim.deny(lab, RoleId(server.0), permission::VIEW_CHANNEL);
        for who in [ben.id(), cyd.id(), story.stage.sim.bot_user_id()] {
            story.stage.sim.allow(lab, who, permission::VIEW_CHANNEL);
        }
        ben.goes_to("lab").expect("there");
        let said = ben.says("The samples arrived in two hours, thanks to Gus.").await.expect("said");
        for (answer, told) in [("Please don't", "isn't kept as a story"), ("Yes, keep it", "The author said yes: S-1")]
        {
            cyd.goes_to("lab").expect("there");
            let opened = cyd.right_clicks(said, "Keep as story").await.expect("a form");
            let modal = opened.modal.expect("a form");
            assert_eq!(modal.title, "Seen by: every member here");
            let reply = cyd.fills(&[(WORKED, "Samples in two hours")]).await.expect("sent");
            story.settled().await;
            reads(&reply, &["every member here can read a story. So I ask @Ben first"]);
            lacks(&story.browses("Dot", "words:samples").await.text(), &["Samples in two hours"]);
            // A person is asked one question of this kind a day.
            let tomorrow = story.stage.now() + chrono::TimeDelta::days(1);
            story.stage.until(tomorrow).await.expect("settles");
            story.restart().await;
            let question = "Cyd would like to keep something that you wrote in #lab as a story";
            let id = story.rows("SELECT CAST(id AS TEXT) FROM consent").await;
            reads(&story.forges(&cyd, "consent.yes", &id).await, &["This doesn't wait for you any more."]);
            let reply = story.in_private_says("Ben", question, answer).await;
            lacks(&reply.text(), &["doesn't wait"]);
            contains(&story.dm_of(&cyd, told).text(), &["Samples in two hours"]);
            reads(&story.forges(&ben, "consent.yes", &id).await, &["This doesn't wait for you any more."]);
        }
        contains(&story.browses("Dot", "words:samples").await.text(), &["S-1", "Samples in two hours"]);
        contains(&cyd.sees_in("lab").expect("there").text(), &["The message it was kept from", "@Cyd (Parcelwing)"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn words_are_explained_where_they_are_used() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.on_tuesday().await;
        let form = [
            ("What it means at Fennel", "Senior responsible owner: signs off what goes live"),
            ("Also written (optional, commas between)", "Senior Responsible Owner"),
        ];
        let said = story.shares("Ben", "/share term word:SRO", &form).await;
        reads(&said, &["**S-1** is kept. It stands here, and I explain it wherever I use the word"]);
        story.on_share("Cyd", "Term: SRO", "What it means to us…").await;
        let cyd = story.person("Cyd");
        let reply = cyd.fills(&[("What it means at Parcelwing", "Whoever the board asks first")]).await.expect("sent");
        story.settled().await;
        reads(&reply, &["Its card is up to date", "**Parcelwing**: Whoever the board asks first"]);
        story.restart().await;
        let card = story.share_card("Term: SRO").await.text();
        contains(
            &card,
            &[
                "**Fennel**: Senior responsible owner: signs off",
                "**Parcelwing**: Whoever",
                "Also: Senior Responsible Owner",
            ],
        );
        lacks(&card, &["Words that are used here"]);

        // In a card, in an answer, and in what a channel reads.
        let form = [("Title", "The SRO signs"), ("What was decided", "One signature is enough.")];
        let reply = story.shares("Ann", "/decision record", &form).await;
        reads(
            &reply,
            &[
                "-# **SRO** · Fennel: Senior responsible owner: signs off what goes live · Parcelwing: Whoever the board asks first",
            ],
        );
        contains(
            &story.share_card("The SRO signs").await.text(),
            &["Words that are used here", "**SRO** · Fennel: Senior responsible owner"],
        );
        let line = "/share release what:The senior responsible owner's page squad:Checkout";
        let ann = story.person("Ann");
        story.run(&ann, line).await;
        contains(&story.share_card("Released").await.text(), &["\n-# **SRO** · Fennel: Senior"]);
        // Not in another word, and an abbreviation only as it is written.
        story.shares("Ann", "/decision record", &[("Title", "sro or SROX"), ("What was decided", "Neither.")]).await;
        lacks(&story.share_card("sro or SROX").await.text(), &["Words that are used here"]);

        // Somebody new reads it; a colleague puts it otherwise, and sees what it said.
        let eve = story.person("Eve");
        eve.goes_to("random").expect("there");
        reads(
            &story.run(&eve, "/help").await,
            &["Words we use", "SRO", "**Parcelwing**: Whoever the board asks first"],
        );
        let said =
            story.shares("Dot", "/share term word:sro", &[("What it means at Parcelwing", "Whoever signs")]).await;
        reads(&said, &["Before, it said:\n> Whoever the board asks first", "**Parcelwing**: Whoever signs"]);
        let offered = cyd.types_option("/share term word:", "sr").await.expect("offered");
        assert_eq!(offered.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["SRO"]);

        // Each organisation takes back its own, and the last one takes the word.
        story.browses("Dot", "words:S-1").await;
        let dot = story.person("Dot");
        reads(&dot.clicks("Take back what it means to us").await.expect("taken"), &["What it means to others stands."]);
        story.settled().await;
        let card = story.share_card("Term: SRO").await.text();
        lacks(&card, &["Parcelwing"]);
        reads(&story.forges(&dot, "share.back", "1").await, &["S-1 is somebody else's"]);
        story.browses("Ben", "words:S-1").await;
        let ben = story.person("Ben");
        reads(
            &ben.clicks("Take back what it means to us").await.expect("taken"),
            &["since nobody else said what it means"],
        );
        story.settled().await;
        lacks(&story.run(&eve, "/help").await.text(), &["Words we use"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_meets_a_need_and_both_sides_are_introduced() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.on_tuesday().await;
        reads(
            &story.ben_offers().await,
            &["**S-1** is shared.", "stands until Thursday 23 April", "[It stands 30 days more]"],
        );
        let said = story.cyd_needs().await;
        reads(&said, &["**S-2** is shared.", "It may meet offer S-1 (Two testers, two days a week).", "[Answer S-1…]"]);
        story.restart().await;
        let cyd = story.person("Cyd");
        cyd.goes_to("checkout").expect("there");
        let form = cyd.clicks("Answer S-1…").await.expect("a form").modal.expect("a form");
        assert_eq!(form.title, "Only the two of you see this");
        let words = [("A line to them (may stay empty)", "For the *clinic*, this Thursday?")];
        reads(
            &cyd.fills(&words).await.expect("sent"),
            &["I ask whose offer it is, S-1 (Two testers, two days a week), and introduce the two of you"],
        );
        story.settled().await;
        story.restart().await;
        let asked = story.dm_of(&story.person("Ben"), "could use your offer").text();
        contains(
            &asked,
            &[
                "**Cyd** (@Cyd, Parcelwing) could use your offer S-1 (Two testers, two days a week).",
                "> For the \\*clinic\\*, this Thursday?",
                "[Introduce us]",
                "[Not this time]",
            ],
        );
        // Nobody else knows of it, and nobody else answers for Ben.
        lacks(&story.share_card("Two testers").await.text(), &["Cyd", "clinic\\*"]);
        lacks(&story.browses("Dot", "words:S-1").await.text(), &["Cyd"]);
        let reply = story.in_private_says("Ben", "could use your offer", "Introduce us").await;
        reads(
            &reply,
            &["Ben, meet **Cyd** (@Cyd, Parcelwing): it is about offer S-1", "Limits: Weekdays only", "> For the"],
        );
        story.restart().await;
        contains(
            &story.dm_of(&cyd, "meet **Ben**").text(),
            &[
                "Cyd, meet **Ben** (@Ben, Fennel): it is about offer S-1 (Two testers, two days a week).",
                "Limits: Weekdays only",
            ],
        );
        // What meets it is also told to whose it met, in the morning.
        story.until("2026-03-25 10:00").await;
        let morning: String = story.dms(&story.person("Ben")).iter().map(Seen::text).collect();
        contains(
            &morning,
            &["A new need may meet your offer S-1 (Two testers, two days a week): S-2 (A tester for the clinic)."],
        );

        // Two weeks later whoever had use of it is asked; once more after another two.
        story.until("2026-04-08 12:00").await;
        let question = "Two weeks ago I introduced you and **Ben**";
        reads(&story.in_private_says("Cyd", question, "Still under way").await, &["I ask once more in two weeks."]);
        story.restart().await;
        story.until("2026-04-23 12:00").await;
        let person = story.person("Cyd");
        person.goes_to("DM").expect("a conversation");
        let on = story.dm_of(&person, question);
        person.clicks_on(on.id, "Something came of it…").await.expect("a form");
        let reply = person.fills(&[("What came of it?", "The clinic opened a week earlier.")]).await.expect("sent");
        story.settled().await;
        reads(&reply, &["Thank you. It stands with S-1", "[Tell it as a story…]"]);
        contains(
            &story.dm_of(&story.person("Ben"), "on what came of").text(),
            &["> The clinic opened a week earlier."],
        );
        contains(
            &story.share_card("Two testers").await.text(),
            &["What came of it", "- The clinic opened a week earlier."],
        );
        let form = person.clicks("Tell it as a story…").await.expect("a form").modal.expect("a form");
        contains(&format!("{:?}", form.fields), &["The clinic opened a week earlier.", "Two testers, two days a week"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_doesnt_suit_is_said_kindly() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        story.on_tuesday().await;
        story.ben_offers().await;
        let (ben, cyd) = (story.person("Ben"), story.person("Cyd"));
        // One's own, and an empty line.
        let reply = story.on_share("Ben", "Two testers", "I could use this…").await;
        reads(&reply, &["S-1 is your own. I tell you when somebody answers it."]);
        story.on_share("Cyd", "Two testers", "I could use this…").await;
        reads(
            &cyd.fills(&[]).await.expect("sent"),
            &["introduce the two of you once they say yes. Nobody else sees it."],
        );
        story.settled().await;
        // Twice is once.
        story.on_share("Cyd", "Two testers", "I could use this…").await;
        let again = [("A line to them (may stay empty)", "And on Friday?")];
        reads(&cyd.fills(&again).await.expect("sent"), &["You have answered S-1", "already"]);
        // Somebody else's button does nothing.
        let id = story.rows("SELECT CAST(id AS TEXT) FROM introduction").await;
        reads(&story.forges(&cyd, "share.introduce", &id).await, &["This doesn't wait for you any more."]);
        reads(&story.forges(&cyd, "share.came", &id).await, &["That has been answered already"]);
        // Ben finds the question where he looks, too.
        reads(
            &story.browses("Ben", "words:S-1").await,
            &["**Cyd** (@Cyd, Parcelwing) answered.", "[Introduce Cyd and me]"],
        );
        reads(&ben.clicks("Not this time, Cyd").await.expect("said"), &["I say so kindly, and without a reason."]);
        story.settled().await;
        contains(
            &story.dm_of(&cyd, "doesn't work out").text(),
            &["S-1 (Two testers, two days a week) doesn't work out this time."],
        );
        // It stands no more: nobody can answer it.
        story.browses("Ben", "words:S-1").await;
        reads(&ben.clicks("It stands no more").await.expect("ended"), &["S-1 stands no more.", "[Put it up again]"]);
        story.settled().await;
        contains(&story.share_card("Two testers").await.text(), &["stands no more"]);
        reads(
            &story.forges(&cyd, "share.answer", "1").await,
            &["S-1 stands no more. `/share browse` finds what else there is."],
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_ends_unless_it_still_stands() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.on_tuesday().await;
        // A date that can't be: the form comes back as it was written.
        let form = [(OFFER, "A room for ten"), ("More about it", "With a view"), (UNTIL, "yesterday")];
        let line = "/share offer category:Places: rooms, sites, equipment";
        let reply = story.shares("Ben", line, &form).await;
        reads(&reply, &["23 March 2026 is over. Until when does it stand?", "Nothing is lost"]);
        story.restart().await;
        let ben = story.person("Ben");
        ben.goes_to("checkout").expect("there");
        let form = ben.clicks("Try again").await.expect("a form").modal.expect("a form");
        contains(&format!("{:?}", form.fields), &["A room for ten", "With a view", "yesterday"]);
        reads(&ben.fills(&[(UNTIL, "1 December")]).await.expect("sent"), &["Half a year is as far as it can stand."]);
        ben.clicks("Try again").await.expect("a form");
        reads(&ben.fills(&[(UNTIL, "10 April")]).await.expect("sent"), &["S-1", "stands until Friday 10 April"]);
        story.settled().await;

        // Three days before its end he is asked, once; one click makes it longer.
        story.until("2026-04-07 07:00").await;
        assert!(!story.dms(&ben).iter().any(|seen| seen.text().contains("still stand")));
        story.restart().await;
        story.until("2026-04-07 12:00").await;
        contains(
            &story.dm_of(&ben, "still stand").text(),
            &[
                "Does your offer S-1 (A room for ten) still stand? It would end after Friday 10 April.",
                "[Yes, 30 days more]",
            ],
        );
        let reply = story.in_private_says("Ben", "still stand", "Yes, 30 days more").await;
        reads(&reply, &["Good: S-1 stands until Sunday 10 May."]);
        story.restart().await;
        story.until("2026-04-12 12:00").await;
        contains(&story.share_card("A room for ten").await.text(), &["stands until Sunday 10 May"]);

        // Without an answer it ends, and can be put up again.
        story.until("2026-05-11 12:00").await;
        contains(&story.dm_of(&ben, "still stand?").text(), &["It would end after Sunday 10 May."]);
        let card = story.share_card("A room for ten").await;
        contains(&card.text(), &["stands no more"]);
        lacks(&card.text(), &["I could use this"]);
        story.browses("Ben", "words:S-1").await;
        reads(&ben.clicks("Put it up again").await.expect("up"), &["Good: S-1 stands until Wednesday 10 June."]);
        story.settled().await;
        contains(&story.share_card("A room for ten").await.text(), &["[I could use this…]"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_list_has_pages_completions_and_releases_that_one_may_see() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        story.on_tuesday().await;
        let (ann, dot, eve) = (story.person("Ann"), story.person("Dot"), story.person("Eve"));
        for number in 1..=20 {
            let title = format!("Lesson {number} of the booking desk");
            story.shares("Ben", "/share story kind:A lesson", &[("The lesson, in one line", &title)]).await;
        }
        let reply = story.browses("Dot", "words:booking").await;
        reads(&reply, &["20 matches for “booking”", "**S-20** Lesson 20 of the booking desk · lesson"]);
        assert_eq!(buttons(&reply), ["More"]);
        let reply = dot.clicks("More").await.expect("a page");
        assert_eq!(buttons(&reply), ["Back", "More"]);
        let last = dot.clicks("More").await.expect("a page");
        assert_eq!(buttons(&last), ["Back"]);
        reads(&last, &["**S-4** Lesson 4", "**S-1** Lesson 1 "]);
        dot.selects("Show one", &["S-1 · Lesson 1 of the booking desk (lesson)"]).await.expect("picked");
        let offered = dot.types_option("/share browse words:", "lesson 7").await.expect("offered");
        assert_eq!(offered.first().map(|one| one.name.as_str()), Some("S-7 · Lesson 7 of the booking desk (lesson)"));

        // Releases are found by whoever may read the squad's channel.
        story.run(&ann, "/share release what:Booking 2.1 squad:Checkout").await;
        story.run(&ann, "/share release what:Booking 2.2 squad:Checkout when:2026-04-02 14:00").await;
        reads(
            &story.browses("Dot", "what:Releases").await,
            &["Releases, the latest first\n- Coming up: Booking 2.2 · Checkout, ", "- Booking 2.1 · Checkout"],
        );
        reads(&story.browses("Dot", "words:2.1").await, &["- Booking 2.1 · Checkout"]);
        let reply = story.forges_command(&eve, "share browse", serde_json::json!([])).await;
        reads(&reply, &["You aren't in a squad here yet."]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_shared_goes_with_their_data() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        story.on_tuesday().await;
        story.ben_offers().await;
        story.shares("Ben", "/share term word:SRO", &[("What it means at Fennel", "Who signs")]).await;
        story.shares("Cyd", "/share need category:Data, or access to them", &[(NEED, "Postcodes")]).await;
        story.on_share("Ben", "Postcodes", "I can help…").await;
        let ben = story.person("Ben");
        ben.fills(&[("A line to them (may stay empty)", "We have a list.")]).await.expect("sent");
        story.settled().await;
        ben.goes_to("random").expect("there");
        let copy = story.run(&ben, "/privacy export").await;
        contains(&story.file(&copy), &["Two testers, two days a week", "Who signs", "We have a list."]);
        story.run(&ben, "/privacy erase").await;
        ben.clicks("Erase everything").await.expect("erased");
        story.settled().await;
        contains(&story.share_card("S-1").await.text(), &["This was taken back."]);
        let card = story.share_card("Term: SRO").await.text();
        contains(&card, &["**Fennel**: Who signs"]);
        let all = story.person("Ann").sees_in("checkout").expect("there").text();
        lacks(&all, &["Two testers", "We have a list."]);
        let cyd: String = story.dms(&story.person("Cyd")).iter().map(Seen::text).collect();
        lacks(&cyd, &["We have a list."]);
        reads(&story.browses("Cyd", "words:testers").await, &["Nothing was found"]);
        let id = ben.id().0;
        for table in ["share", "meaning", "introduction"] {
            assert!(
                story.rows(&format!("SELECT CAST(person AS TEXT) FROM {table} WHERE person = {id}")).await.is_empty(),
                "{table}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_feeds_the_exchange() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.begun("/conversation start template:resource-exchange", "checkout").await;
        let views = [
            ("Ben", ["Two testers", "A scanner", "Weekdays only"]),
            ("Cyd", ["A van", "Testers for the clinic", "Not on Mondays"]),
        ];
        for (name, [offer, need, limits]) in views {
            let person = story.person(name);
            person.goes_to(&story.thread()).expect("there");
            person.clicks("Add your view").await.expect("a form");
            let form = [
                ("What can we offer?", offer),
                ("What do we need?", need),
                ("Where are the limits of the offer?", limits),
            ];
            story.fills(name, &form).await;
        }
        story.until("2026-03-27 12:00").await;
        story.restart().await;
        let shown = story.in_thread("Ben").into_iter().rfind(|seen| seen.text().contains("All views are here"));
        contains(&shown.expect("the views").text(), &["[Offer something…]", "[Ask for something…]"]);
        // Each gets their own words into the form, and nobody else's.
        reads(&story.clicks("Ben", "Offer something…").await, &["What is it?"]);
        let ben = story.person("Ben");
        let picked = ben.selects("People, data, places, skills, networks", &["People"]).await.expect("a form");
        let form = format!("{:?}", picked.modal.expect("a form").fields);
        contains(&form, &["\"Two testers\"", "\"Weekdays only\""]);
        lacks(&form, &["van"]);
        ben.fills(&[(OFFER, "Two testers for clinics")]).await.expect("shared");
        story.settled().await;
        story.clicks("Cyd", "Ask for something…").await;
        let cyd = story.person("Cyd");
        let picked = cyd.selects("People, data, places, skills, networks", &["Skills"]).await.expect("a form");
        contains(&format!("{:?}", picked.modal.expect("a form").fields), &["Testers for the clinic"]);
        let said = cyd.fills(&[(NEED, "Somebody who tests")]).await.expect("shared");
        // Of another category, and two telling words in common.
        reads(&said, &["**S-2** is shared.", "It may meet offer S-1 (Two testers for clinics)."]);
    }
}
