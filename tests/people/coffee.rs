//! Coffee across organisations.

use simulator::{Actor, Fault, FaultKind, Reply, Seen, permission};

use crate::acts::{buttons, contains, lacks, reads};
use crate::harness::{Story, engines};

impl Story {
    /// An admin has chosen #random for coffee, every two weeks on Tuesday at ten, and these people have joined.
    async fn with_coffee(&self, names: &[&str]) {
        let ann = self.person("Ann");
        ann.goes_to("checkout").expect("there");
        self.run(&ann, "/coffee me").await;
        ann.clicks("Coffee settings").await.expect("settings");
        ann.selects("Below which channel?", &["#random"]).await.expect("chosen");
        for name in names {
            self.joins_coffee(name).await;
        }
        self.settled().await;
    }

    /// Each coffee: its round, and who sits there, as the database has them.
    async fn rounds_of_coffee(&self) -> Vec<(i64, Vec<i64>)> {
        let rows = self
            .rows(
                "SELECT g.number || ' ' || g.round || ' ' || s.person AS line FROM coffee_group g JOIN coffee_seat s \
                 ON s.partnership = g.partnership AND s.coffee = g.number ORDER BY g.number, s.seat",
            )
            .await;
        let mut groups: std::collections::BTreeMap<i64, (i64, Vec<i64>)> = std::collections::BTreeMap::new();
        for line in rows.lines() {
            let row: Vec<i64> = line.split(' ').map(|part| part.parse().expect("a number")).collect();
            groups.entry(row[0]).or_insert((row[1], Vec::new())).1.push(row[2]);
        }
        groups.into_values().collect()
    }

    /// Nobody sits twice in a round; those who sit there, by name.
    async fn seated_in(&self, round: i64, names: &[&str]) -> Vec<String> {
        let groups = self.rounds_of_coffee().await;
        let people: Vec<i64> = groups.iter().filter(|one| one.0 == round).flat_map(|one| one.1.clone()).collect();
        let mut seated = Vec::new();
        for name in names {
            let id = i64::try_from(self.person(name).id().0).expect("an id");
            let times = people.iter().filter(|one| **one == id).count();
            assert!(times <= 1, "{name} sits {times} times in round {round}: {groups:?}");
            seated.extend((times == 1).then(|| (*name).to_owned()));
        }
        seated
    }

    /// The message to somebody in which something is said.
    fn read_in_dm(&self, name: &str, words: &str) -> String {
        let all = self.dms(&self.person(name));
        let found = all.iter().map(Seen::text).rfind(|text| text.contains(words));
        found.unwrap_or_else(|| {
            panic!("{name} isn't told “{words}”: {:?}", all.iter().map(Seen::text).collect::<Vec<_>>())
        })
    }

    /// What was said in the thread of somebody's coffee after its first message.
    fn said_at_coffee(&self, name: &str) -> Vec<Seen> {
        let card = self.coffee_of(name);
        let all = self.person(name).sees_since(chrono::DateTime::UNIX_EPOCH);
        all.into_iter().filter(|seen| seen.channel == card.channel && seen.id != card.id).collect()
    }

    async fn joins_coffee(&self, name: &str) -> Reply {
        let person = self.person(name);
        person.goes_to("checkout").expect("there");
        self.run(&person, "/coffee join").await
    }

    /// The threads of coffee that somebody sees, by their first messages.
    fn coffees(&self, who: &Actor) -> Vec<Seen> {
        let all = who.sees_since(chrono::DateTime::UNIX_EPOCH);
        all.into_iter().filter(|seen| seen.text().contains("this is your coffee")).collect()
    }

    fn coffee_of(&self, name: &str) -> Seen {
        let who = self.person(name);
        self.coffees(&who).pop().unwrap_or_else(|| panic!("{name} has no coffee"))
    }

    async fn on_coffee(&self, name: &str, label: &str) -> Reply {
        let (who, card) = (self.person(name), self.coffee_of(name));
        let reply = who.clicks_on(card.id, label).await.unwrap_or_else(|why| panic!("{label}: {why}: {}", card.text()));
        self.settled().await;
        reply
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_that_is_over_brings_new_ones() {
    let story = Story::with_squad().await;
    story.with_coffee(&["Ben", "Cyd"]).await;
    story.until("2026-03-31 12:00").await;
    let ben = story.person("Ben");
    let card = story.coffee_of("Ben");
    let options = card.selects[0].options.clone();
    contains(&options[0], &["Wed 1 Apr, "]);
    story.until("2026-04-02 20:00").await;
    let said = ben.selects_on(card.id, "Pick a time", &[&options[0]]).await.expect("picked");
    reads(&said, &["That time is over, so I look for new ones"]);
    story.until("2026-04-02 20:06").await;
    let fresh = story.coffee_of("Ben").selects[0].options.clone();
    contains(&fresh[0], &["Fri 3 Apr, "]);
    assert_eq!(fresh.len(), options.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_of_different_organisations_meet_in_private() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.with_coffee(&["Ben", "Cyd"]).await;
        story.restart().await;
        story.until("2026-03-31 12:00").await;
        let (ben, cyd, dot) = (story.person("Ben"), story.person("Cyd"), story.person("Dot"));
        let card = story.coffee_of("Ben");
        let first = card.text();
        contains(&first, &["@Ben (", "@Cyd (", "To begin with:", "Times that suit you both", "[We've met]"]);
        contains(&first, &["[I can't this time]", "-# Seen by: the people in this thread"]);
        assert!(card.pings, "both are told");
        assert_eq!(story.coffees(&cyd).len(), story.coffees(&ben).len());
        assert!(story.coffees(&dot).is_empty(), "nobody else sees it");

        story.restart().await;
        let option = card.selects[0].options[0].clone();
        contains(&option, &["Wed 1 Apr, ", "in London"]);
        let said = ben.selects_on(card.id, "Pick a time", &[&option]).await.expect("picked");
        reads(&said, &["✅ Picked."]);
        story.settled().await;
        let told = story.said_at_coffee("Cyd").pop().expect("said in the thread");
        contains(&told.text(), &["@Ben (", "picked a time", "puts it into your calendar"]);
        assert_eq!(told.attachments, ["coffee.ics"]);
        story.a_minute_passes().await;
        contains(&story.coffee_of("Cyd").text(), &["**You meet**", "Another time"]);

        story.restart().await;
        story.until("2026-04-08 12:00").await;
        let asked = story.said_at_coffee("Cyd").pop().expect("asked");
        contains(&asked.text(), &["@Ben and @Cyd: did you meet?", "[We've met]", "[It didn't come to it]"]);
        let said = cyd.clicks_on(asked.id, "We've met").await.expect("clicked");
        reads(&said, &["Lovely. Noted"]);
        story.restart().await;
        // The next round: the same two, since nobody else is there, with something else to begin with.
        story.until("2026-04-14 12:00").await;
        let second = story.coffee_of("Ben");
        assert_ne!(second.channel, card.channel, "a thread of its own");
        let prompt = |text: &str| text.lines().find(|line| line.contains("To begin with:")).map(str::to_owned);
        assert_ne!(prompt(&second.text()), prompt(&first));
        let before = ben.sees_since(chrono::DateTime::UNIX_EPOCH).into_iter().find(|seen| seen.id == card.id);
        contains(&before.expect("still there").text(), &["this coffee is over"]);
        ben.goes_to("checkout").expect("there");
        let own = story.run(&ben, "/coffee me").await.text();
        contains(&own, &["**So far**", "with @Cyd: you met", "with @Cyd: your coffee now"]);
        story.nobody_was_pinged_but_for_coffee();
    }
}

impl Story {
    fn nobody_was_pinged_but_for_coffee(&self) {
        let dot = self.person("Dot");
        let loud = dot.sees_since(chrono::DateTime::UNIX_EPOCH).into_iter().find(|seen| seen.pings && !seen.private);
        assert!(loud.is_none_or(|seen| !seen.text().contains("coffee")), "Dot has no part in it");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_odd_number_makes_a_trio_and_nobody_is_paired_twice_or_forgotten() {
    for engine in engines() {
        let mut story = Story::with_twelve_on(engine).await;
        let joined = ["Ann", "Ben", "Cyd", "Dot", "Lee", "Gus", "Hal"];
        story.with_coffee(&joined).await;
        for round in ["2026-03-31 08:59", "2026-03-31 09:01", "2026-04-14 11:00"] {
            story.restart().await;
            story.until(round).await;
            story.restart().await;
        }
        let groups = story.rounds_of_coffee().await;
        assert_eq!(groups.len(), 2 * 3, "two pairs and a trio each time: {groups:?}");
        for round in 1..=2 {
            assert_eq!(story.seated_in(round, &joined).await, joined, "each of them in round {round}");
        }
        // One of the trio can't: it stays a coffee for two.
        let trio = groups.iter().rfind(|group| group.1.len() == 3).expect("a trio");
        let names: Vec<&str> = joined
            .into_iter()
            .filter(|name| trio.1.contains(&i64::try_from(story.person(name).id().0).expect("an id")))
            .collect();
        let said = story.on_coffee(names[0], "I can't this time").await;
        reads(&said, &["Noted; I've said so in the thread, without a reason."]);
        let told = story.said_at_coffee(names[1]).pop().expect("said");
        contains(&told.text(), &[&format!("@{} can't this time", names[0]), "it stays a coffee for two"]);
        story.until("2026-04-14 13:00").await;
        assert_eq!(story.rounds_of_coffee().await.len(), 6, "nobody is paired anew");
        let card = story.coffee_of(names[1]).text();
        contains(&card, &["Times that suit you both"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn those_whose_hours_never_meet_have_a_written_coffee() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        let cyd = story.person("Cyd");
        story.lives_in(&cyd, "Pacific/Auckland", "09:30").await;
        story.with_coffee(&["Ben", "Cyd"]).await;
        story.restart().await;
        story.until("2026-03-31 12:00").await;
        let card = story.coffee_of("Cyd");
        contains(&card.text(), &["**Your hours never meet, so write instead:**", "within two days"]);
        assert!(card.selects.is_empty(), "no times are offered");
        // Another evening hour, and there are times.
        cyd.goes_to("checkout").expect("there");
        story.run(&cyd, "/coffee me").await;
        cyd.clicks("Hours and zone…").await.expect("a form");
        let said =
            cyd.fills(&[("From when to when?", "later"), ("In which time zone?", "Auckland")]).await.expect("sent");
        contains(&said.text(), &["Nothing of what you wrote was kept, so here it is again", "later"]);
        story.run(&cyd, "/coffee me").await;
        cyd.clicks("Hours and zone…").await.expect("a form");
        let said = cyd.fills(&[("From when to when?", "12:00-23:30"), ("In which time zone?", "Auckland")]).await;
        contains(&said.expect("sent").text(), &["✅ Noted.", "12:00–23:30, Pacific/Auckland"]);
        story.a_minute_passes().await;
        let card = story.coffee_of("Ben");
        contains(&card.text(), &["Times that suit you both"]);
        let labels: Vec<&str> = card.selects[0].options.iter().map(String::as_str).collect();
        assert!(
            labels.iter().all(|label| label.contains("in London · ") && label.contains("in Auckland")),
            "{labels:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn closed_conversations_and_lost_answers_leave_nobody_without_a_coffee() {
    for engine in engines() {
        let mut story = Story::with_twelve_on(engine).await;
        let joined = ["Ann", "Ben", "Cyd", "Dot", "Lee", "Gus"];
        story.with_coffee(&joined).await;
        for name in joined {
            let id = story.person(name).id();
            story.stage.sim.close_dms(id);
        }
        let lost = |route| Fault::http("POST", route, FaultKind::DropAfterAccept);
        story.stage.sim.fault(lost("/channels/{channel}/threads").times(2));
        story.stage.sim.fault(lost("/channels/{channel}/messages").times(2));
        story.stage.sim.fault(Fault::http("PUT", "/thread-members", FaultKind::FailBefore(500)).times(2));
        story.until("2026-03-31 09:00").await;
        story.restart().await;
        story.until("2026-03-31 14:00").await;
        let mut threads = std::collections::BTreeSet::new();
        for name in joined {
            let cards = story.coffees(&story.person(name));
            assert_eq!(cards.len(), 1, "{name} has one coffee in one thread");
            assert!(cards[0].pings, "{name} is told");
            threads.insert(cards[0].channel);
        }
        assert_eq!(threads.len(), 3);
        assert_eq!(story.seated_in(1, &joined).await, joined);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_joiner_meets_whoever_was_left_alone() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.with_coffee(&["Ben", "Cyd"]).await;
        story.until("2026-03-31 12:00").await;
        let first = story.coffee_of("Ben");
        let cyd = story.person("Cyd");
        cyd.goes_to("checkout").expect("there");
        let said = story.run(&cyd, "/coffee leave").await;
        contains(&said.text(), &["✅ You've left.", "[Join]"]);
        story.restart().await;
        story.until("2026-03-31 13:00").await;
        let told = story.said_at_coffee("Ben").pop().expect("said");
        contains(&told.text(), &["@Cyd can't this time. @Ben, I look whether somebody else is free."]);
        contains(&story.coffee_of("Ben").text(), &["It doesn't come to it: the other one can't"]);
        story.joins_coffee("Dot").await;
        story.restart().await;
        story.until("2026-03-31 13:30").await;
        let card = story.coffee_of("Ben");
        assert_ne!(card.channel, first.channel);
        contains(&card.text(), &["@Ben (", "@Dot (", "To begin with:"]);
        let groups = story.rounds_of_coffee().await;
        assert_eq!(groups.iter().map(|one| one.0).collect::<Vec<_>>(), [1, 1], "in the same round: {groups:?}");
        // Whoever left isn't brought back by joining again, and nobody is paired twice.
        story.joins_coffee("Cyd").await;
        story.until("2026-03-31 15:00").await;
        assert_eq!(story.rounds_of_coffee().await.len(), 2);
        story.until("2026-04-14 12:00").await;
        let seated = story.seated_in(2, &["Ben", "Cyd", "Dot"]).await;
        assert_eq!(seated.len(), 3, "a trio in the next round");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thread_that_is_deleted_is_opened_again() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.with_coffee(&["Ben", "Cyd"]).await;
        story.until("2026-03-31 12:00").await;
        let first = story.coffee_of("Ben");
        assert!(story.stage.sim.delete_channel(first.channel));
        story.settled().await;
        story.restart().await;
        story.until("2026-03-31 12:10").await;
        let second = story.coffee_of("Ben");
        assert_ne!(second.channel, first.channel);
        assert_eq!(second.text(), first.text(), "as it was");
        assert_eq!(story.coffee_of("Cyd").channel, second.channel);

        // Not even its channel is there any more: both are told by themselves, and an admin what to do.
        let random = story.channel("random");
        assert!(story.stage.sim.delete_channel(random));
        story.stage.sim.delete_channel(second.channel);
        story.settled().await;
        story.restart().await;
        story.until("2026-03-31 14:00").await;
        for (name, other) in [("Ben", "Cyd"), ("Cyd", "Ben")] {
            let told: Vec<String> = story.dms(&story.person(name)).iter().map(Seen::text).collect();
            let told: Vec<&String> = told.iter().filter(|text| text.contains("Your coffee is with")).collect();
            assert_eq!(told.len(), 1, "{name} is told once: {told:?}");
            contains(told[0], &[&format!("@{other} ("), "write to each other", "To begin with:"]);
        }
        let ann = story.person("Ann");
        let told = story.dms(&ann).pop().expect("told").text();
        contains(&told, &["open a private thread", "choose another channel for it: `/coffee me`"]);
        ann.goes_to("checkout").expect("there");
        story.run(&ann, "/coffee me").await;
        ann.clicks("Coffee settings").await.expect("settings");
        ann.selects("Below which channel?", &["#lab"]).await.expect("chosen");
        story.until("2026-03-31 14:30").await;
        assert_eq!(story.coffee_of("Ben").text(), first.text(), "there it is again");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_left_out_is_told_why() {
    for engine in engines() {
        let mut story = Story::with_twelve_on(engine).await;
        // Three of one organisation, and one of another: a trio, and one for whom nobody is left.
        let joined = ["Ben", "Cyd", "Dot", "Pia"];
        story.with_coffee(&joined).await;
        let ann = story.person("Ann");
        ann.clicks("Every week").await.expect("chosen");
        story.restart().await;
        story.until("2026-04-01 12:00").await;
        let seated = story.seated_in(1, &joined).await;
        assert_eq!(seated.len(), 3);
        let left = joined.into_iter().find(|name| !seated.contains(&(*name).to_owned())).expect("somebody");
        assert!(story.coffees(&story.person(left)).is_empty());
        let told = story.read_in_dm(left, "No coffee for you in this round");
        contains(&told, &["there was nobody left of another organisation", "you go first in the next one"]);
        contains(&told, &["The next round is 2026-04-07 09:00 UTC"]);
        // Now the partnership wants colleagues, too.
        ann.goes_to("checkout").expect("there");
        story.run(&ann, "/coffee me").await;
        ann.clicks("Coffee settings").await.expect("settings");
        let said = ann.clicks("Colleagues, too").await.expect("turned");
        contains(&said.text(), &["**Colleagues:** yes"]);
        story.until("2026-04-07 12:00").await;
        assert_eq!(story.seated_in(2, &joined).await, joined);
        let pia = story.person("Pia");
        pia.goes_to("checkout").expect("there");
        story.run(&pia, "/coffee pause until:15 April").await;
        story.until("2026-04-14 12:00").await;
        assert_eq!(story.seated_in(3, &joined).await, ["Ben", "Cyd", "Dot"], "Pia has a pause");
        story.until("2026-04-21 12:00").await;
        assert_eq!(story.seated_in(4, &joined).await, joined, "and it ended by itself");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_learns_who_would_rather_not_meet_them() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        story.with_coffee(&["Ben", "Cyd"]).await;
        let cyd = story.person("Cyd");
        cyd.goes_to("checkout").expect("there");
        story.run(&cyd, "/coffee me").await;
        cyd.clicks("Not with…").await.expect("opens");
        let said = cyd.selects("Whom would you rather not meet? Up to ten", &["@Ben"]).await.expect("picked");
        reads(&said, &["**Not with:** @Ben. Only you see this"]);
        story.until("2026-04-01 12:00").await;
        for name in ["Ben", "Cyd", "Ann"] {
            let who = story.person(name);
            assert!(story.coffees(&who).is_empty(), "{name}");
        }
        // What either is told is what they would be told if there simply were nobody.
        let why = |name: &str| {
            let told = story.read_in_dm(name, "No coffee for you in this round");
            told.lines().find(|line| line.starts_with('☕')).expect("a line").to_owned()
        };
        let said = ["Ben", "Cyd"].map(why);
        assert_eq!(said[0], said[1]);
        contains(&said[0], &["there was nobody left of another organisation"]);
        let ben = story.person("Ben");
        ben.goes_to("checkout").expect("there");
        let his = story.run(&ben, "/coffee me").await.text();
        lacks(&his, &["Cyd"]);
        contains(&his, &["**Not with:** nobody"]);
        // Neither in what anybody can have of the bot, but Cyd.
        let held = story.run(&ben, "/privacy export").await;
        lacks(&story.file(&held), &[&cyd.id().to_string()]);
        let held = story.run(&cyd, "/privacy export").await;
        contains(&story.file(&held), &["not_with", &ben.id().to_string()]);
        // Nor does a coffee at once bring them together.
        cyd.goes_to("checkout").expect("there");
        story.run(&ben, "/coffee me").await;
        ben.clicks("I may be asked within the hour").await.expect("noted");
        story.run(&cyd, "/coffee now").await;
        story.settled().await;
        assert!(!story.dms(&ben).iter().any(|seen| seen.text().contains("half an hour for a coffee now")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_coffee_within_the_hour_gives_nobody_away() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.with_coffee(&["Ben", "Cyd", "Dot"]).await;
        story.until("2026-03-23 11:00").await;
        let (ben, cyd, dot) = (story.person("Ben"), story.person("Cyd"), story.person("Dot"));
        ben.goes_to("checkout").expect("there");
        let said = story.run(&ben, "/coffee now").await.text();
        lacks(&said, &["Cyd", "Dot"]);
        story.restart().await;
        story.until("2026-03-23 12:05").await;
        contains(&story.dms(&ben).pop().expect("told").text(), &["Nobody had half an hour just now"]);
        cyd.goes_to("checkout").expect("there");
        story.run(&cyd, "/coffee me").await;
        cyd.clicks("I may be asked within the hour").await.expect("noted");
        let again = story.run(&ben, "/coffee now").await.text();
        assert_eq!(
            said.lines().count(),
            again.lines().count(),
            "the answer doesn't tell whether there is somebody: {said} {again}"
        );
        lacks(&again, &["Cyd", "Dot"]);
        story.restart().await;
        story.settled().await;
        let asked = |who: &Actor| {
            story.dms(who).into_iter().rfind(|seen| seen.text().contains("half an hour for a coffee now"))
        };
        assert!(asked(&dot).is_none(), "Dot didn't say that she may be asked");
        cyd.goes_to("DM").expect("a conversation");
        let card = asked(&cyd).expect("asked");
        contains(&card.text(), &["@Ben (", "[Yes, now]", "[Not now]"]);
        let reply = cyd.clicks_on(card.id, "Yes, now").await.expect("clicked");
        contains(&reply.text(), &["There is your coffee"]);
        story.settled().await;
        contains(&story.coffee_of("Ben").text(), &["@Ben", "@Cyd", "You meet"]);
        let late = story.forges(&dot, "coffee.now_yes", "1").await;
        lacks(&late.text(), &["There is your coffee"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_used_is_said_and_given_back() {
    let story = Story::with_squad().await;
    let (ann, ben) = (story.person("Ann"), story.person("Ben"));
    ben.goes_to("checkout").expect("there");
    for line in ["/coffee pause until:Friday", "/coffee leave", "/coffee now"] {
        let said = story.run(&ben, line).await;
        contains(&said.text(), &["You haven't joined coffee yet: `/coffee join` does it."]);
    }
    story.joins_coffee("Ben").await;
    contains(&story.run(&ben, "/coffee join").await.text(), &["You are in already."]);
    contains(&story.run(&ben, "/coffee now").await.text(), &["An admin has to choose a channel for coffee first"]);
    contains(&story.run(&ben, "/coffee pause until:yesterday").await.text(), &["That day is over."]);
    let own = story.run(&ben, "/coffee pause until:Friday").await;
    contains(&own.text(), &["**Paused** until", "[Go on]"]);
    assert!(!buttons(&own).contains(&"Coffee settings".to_owned()), "Ben is no admin");
    contains(&ben.clicks("Go on").await.expect("clicked").text(), &["You're in again.", "[Pause…]"]);
    let forged = story.forges(&ben, "coffee.settings", "").await;
    lacks(&forged.text(), &["Coffee settings**"]);

    ann.goes_to("checkout").expect("there");
    story.run(&ann, "/coffee me").await;
    ann.clicks("Coffee settings").await.expect("settings");
    let lab = story.channel("lab");
    story.stage.sim.deny_bot(lab, permission::CREATE_PRIVATE_THREADS);
    let said = ann.selects("Below which channel?", &["#lab"]).await.expect("answered");
    contains(&said.text(), &["In #lab I lack **Create Private Threads**", "or pick another channel"]);
    ann.selects("Below which channel?", &["#random"]).await.expect("chosen");
    ann.clicks("Every 4 weeks").await.expect("chosen");
    ann.clicks("Day and time…").await.expect("form");
    let said = ann.fills(&[("A day of the week and a time", "weekdays 10:00")]).await.expect("sent");
    contains(&said.text(), &["one day of the week and a time", "weekdays 10:00"]);
    ann.clicks("Day and time…").await.expect("form");
    let said = ann.fills(&[("A day of the week and a time", "thu 9am")]).await.expect("sent");
    contains(&said.text(), &["#random", "every 4 weeks", "Thursday 09:00", "The next round is"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn erasing_takes_somebody_out_of_every_coffee() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.with_coffee(&["Ben", "Cyd"]).await;
        story.until("2026-03-31 12:00").await;
        let cyd = story.person("Cyd");
        cyd.goes_to("checkout").expect("there");
        let held = story.run(&cyd, "/privacy export").await;
        contains(&story.file(&held), &["may_be_asked_within_the_hour", "\"with\""]);
        story.erases("Cyd").await;
        story.restart().await;
        story.until("2026-03-31 12:30").await;
        let ben = story.person("Ben");
        let seen: Vec<String> = ben.sees_since(chrono::DateTime::UNIX_EPOCH).iter().map(Seen::text).collect();
        assert!(!seen.iter().any(|text| text.contains("coffee") && text.contains("@Cyd")), "{seen:#?}");
        ben.goes_to("checkout").expect("there");
        lacks(&story.run(&ben, "/coffee me").await.text(), &["Cyd"]);
        let rows = story
            .rows(&format!("SELECT CAST(person AS TEXT) AS line FROM coffee_seat WHERE person = {}", cyd.id()))
            .await;
        assert_eq!(rows, "");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_left_the_server_is_waited_for_by_nobody() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.with_coffee(&["Ben", "Cyd", "Dot"]).await;
        let (server, ben) = (story.server("Home Testing"), story.person("Ben"));
        // Before a round: the other two meet.
        assert!(story.stage.sim.remove_member(server, story.person("Cyd").id()));
        story.until("2026-03-31 12:00").await;
        assert_eq!(story.seated_in(1, &["Ben", "Cyd", "Dot"]).await, ["Ben", "Dot"]);
        // And after it: whoever is left is told, within the week in which everybody is looked up.
        story.restart().await;
        assert!(story.stage.sim.remove_member(server, story.person("Dot").id()));
        story.until("2026-04-07 12:00").await;
        let said: Vec<String> = story.said_at_coffee("Ben").iter().map(Seen::text).collect();
        assert!(said.iter().any(|text| text.contains("can't this time.")), "{said:?}");
        story.until("2026-04-15 12:00").await;
        assert_eq!(story.coffees(&ben).len(), 0, "it is over, and there is nobody for another one");
        let told = story.read_in_dm("Ben", "No coffee for you in this round");
        contains(&told, &["nobody else has joined"]);
    }
}
