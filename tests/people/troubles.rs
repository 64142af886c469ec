//! When something goes wrong: double clicks, closed doors, things deleted by hand, a Discord that fails.

use simulator::world::permission;
use simulator::{Actor, ChannelId, Fault, FaultKind, Seen};

use crate::harness::{Story, engines};

const FINISHED: &str = "What did I finish?";
const NAMES: [&str; 4] = ["Ann", "Ben", "Cyd", "Dot"];

/// Monday, 09:30: everybody has just been asked.
async fn monday() -> Story {
    let story = Story::with_squad().await;
    story.until("2026-03-23 09:30").await;
    story
}

fn today(story: &Story) -> Seen {
    story.day_message(&story.person("Ann"), "checkout", "check-ins of Monday 23 March").expect("the message of the day")
}

fn channel(story: &Story, name: &str) -> ChannelId {
    story.stage.sim.read(|world| world.channels.values().find(|one| one.name == name).map(|one| one.id)).expect(name)
}

/// What the bot told Ann about trouble.
pub(crate) fn troubles(story: &Story, ann: &Actor) -> Vec<String> {
    let said = story.dms(ann).into_iter().map(|seen| seen.content);
    said.filter(|text| text.starts_with("I couldn't") || text.starts_with("I can't tell")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_clicks_on_one_button_are_one_answer() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        story.until("2026-03-23 09:30").await;
        let ben = story.person("Ben");
        ben.goes_to("DM").expect("a conversation");
        let prompt = story.last_dm(&ben).expect("a prompt").id;
        let (first, second) = tokio::join!(ben.clicks_on(prompt, "Nothing new"), ben.clicks_on(prompt, "Nothing new"));
        for reply in [first.expect("an answer"), second.expect("an answer")] {
            assert!(reply.text().starts_with("Saved as “nothing new” for Monday 23 March"), "{}", reply.text());
        }
        story.until("2026-03-23 09:40").await;
        assert_eq!(story.thread_posts(&ben, "Monday 23 March"), ["**Ben** (Fennel): nothing new."]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_sent_twice_at_once_is_told_once() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        story.until("2026-03-23 09:30").await;
        let ben = story.person("Ben");
        ben.goes_to("DM").expect("a conversation");
        ben.clicks("Check in").await.expect("a form");
        let fields = [(FINISHED, "the label printer"), ("What is in the way?", "no test data")];
        let (first, second) = tokio::join!(ben.fills(&fields), ben.fills(&fields));
        for reply in [first.expect("an answer"), second.expect("an answer")] {
            assert!(reply.text().starts_with("Saved for Monday 23 March"), "{}", reply.text());
        }
        story.until("2026-03-23 09:40").await;
        assert_eq!(story.thread_posts(&ben, "Monday 23 March").len(), 1);
        let last = story.last_dm(&ben).expect("saved");
        let clears = last.buttons.iter().filter(|button| button.label.starts_with("Cleared: ")).count();
        assert_eq!(clears, 1, "one obstacle: {}", last.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_who_answer_at_once_are_both_shown() {
    let story = monday().await;
    let (ben, cyd) = (story.person("Ben"), story.person("Cyd"));
    let (ben_says, cyd_says) = ([(FINISHED, "the label printer")], [(FINISHED, "the route plan")]);
    tokio::join!(story.checks_in(&ben, &ben_says), story.checks_in(&cyd, &cyd_says));
    story.until("2026-03-23 09:31").await;
    let day = today(&story).text();
    assert!(day.contains("the label printer") && day.contains("the route plan"), "{day}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_a_squad_that_was_archived_meanwhile_is_kept() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        story.until("2026-03-23 09:30").await;
        let (ann, ben) = (story.person("Ann"), story.person("Ben"));
        ben.goes_to("DM").expect("a conversation");
        ben.clicks("Check in").await.expect("a form");
        ann.goes_to("checkout").expect("there");
        story.run(&ann, "/squad archive squad:Checkout").await;
        ann.clicks("Yes, archive it").await.expect("archived");
        let reply = ben.fills(&[(FINISHED, "the label printer")]).await.expect("saved");
        assert!(
            reply.text().starts_with("Saved for Monday 23 March for you alone: your squad is archived"),
            "{}",
            reply.text()
        );
        story.until("2026-03-25 20:00").await;
        assert_eq!(story.asked(&ben).len(), 0, "an archived squad asks nothing");
        ben.goes_to("random").expect("there");
        let history = story.run(&ben, "/checkin history").await.text();
        assert!(history.contains("**Monday 23 March** · answered\nWhat did I finish? the label printer"), "{history}");
        ann.clicks("Bring it back").await.expect("restored");
        story.until("2026-03-26 09:30").await;
        assert_eq!(story.asked(&ben).len(), 1, "{}", ben.inbox().text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_very_long_answer_is_in_the_thread_in_full() {
    let story = monday().await;
    let ben = story.person("Ben");
    let words = |what: &str| format!("{what} ").repeat(1_000 / (what.len() + 1));
    let (finished, next, way, joy) = (words("finished"), words("next"), words("blocked"), words("joy"));
    let fields = [
        (FINISHED, &*finished),
        ("What is next?", &next),
        ("What is in the way?", &way),
        ("Anything to celebrate?", &joy),
    ];
    let reply = story.checks_in(&ben, &fields).await;
    assert!(reply.text().starts_with("Saved for Monday 23 March"), "{}", reply.text());
    story.until("2026-03-23 09:40").await;
    let thread = ben.sees_in("Check-ins of Monday 23 March").expect("there");
    let post = thread.messages.iter().find(|seen| seen.content.starts_with("**Ben**")).expect("there");
    assert!(post.content.ends_with("(the rest is in the attached file)"), "{}", post.content);
    let attached = story.stage.sim.read(|world| {
        let file = &world.message(post.channel, post.id).expect("there").attachments[0];
        world.files.get(&file.id).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    });
    let attached = attached.expect("a file");
    for (_, text) in fields {
        assert!(attached.contains(text.trim()), "all of it: {attached}");
    }
    let day = today(&story).text();
    assert!(day.contains("finished: finished finished") && day.contains('…'), "a glance of it: {day}");
    assert_eq!(troubles(&story, &story.person("Ann")), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn emoji_and_right_to_left_show_as_they_were_written() {
    let story = monday().await;
    let ben = story.person("Ben");
    story.checks_in(&ben, &[(FINISHED, "שלום 👩‍🔬🇬🇧 مرحبا"), ("What is next?", "a\u{202E}b")]).await;
    story.until("2026-03-23 09:31").await;
    let day = today(&story).text();
    assert!(day.contains("finished: שלום 👩‍🔬🇬🇧 مرحبا") && day.contains("next: ab"), "{day}");
    assert!(story.thread_posts(&ben, "Monday 23 March")[0].contains("שלום 👩‍🔬🇬🇧 مرحبا"));
}

#[tokio::test(flavor = "multi_thread")]
async fn mentions_and_markdown_are_shown_as_typed_and_ping_nobody() {
    let story = monday().await;
    let (ann, ben) = (story.person("Ann"), story.person("Ben"));
    let typed = format!("@everyone @here <@{}> **big** # head ||x|| [a](https://e.example)", ann.id());
    story.checks_in(&ben, &[(FINISHED, &typed)]).await;
    ben.says(&format!("{typed}\n{typed}")).await.expect("written");
    story.until("2026-03-23 09:40").await;
    let shown = "\\*\\*big\\*\\* # head \\|\\|x\\|\\| \\[a\\](https://e.example)";
    assert!(today(&story).text().contains(shown), "{}", today(&story).text());
    assert!(story.thread_posts(&ann, "Monday 23 March")[0].contains(shown));
    let pinged = story.stage.sim.read(|world| {
        let bot = world.bot.user;
        let public = world.channels.values().filter(|channel| channel.server.is_some());
        let all = public.flat_map(|channel| world.messages_in(channel.id));
        all.filter(|one| one.author == bot && !one.pinged.is_empty()).map(|one| one.content.clone()).collect::<Vec<_>>()
    });
    assert!(pinged.is_empty(), "{pinged:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn closed_dms_are_said_once_and_not_tried_again_until_asked() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        let ben = story.person("Ben");
        story.stage.sim.close_dms(ben.id());
        story.until("2026-03-24 12:00").await;
        let refused =
            |story: &Story| story.stage.sim.ledger().iter().filter(|entry| entry.code() == Some(50_007)).count();
        assert_eq!(refused(&story), 1, "Tuesday's wasn't tried");
        assert_eq!(troubles(&story, &story.person("Ann")), Vec::<String>::new(), "that is Ben's own business");
        ben.goes_to("checkout").expect("there");
        ben.clicks("Check in").await.expect("the button in the channel works");
        let reply = ben.fills(&[(FINISHED, "the label printer")]).await.expect("saved");
        assert!(reply.is_private() && reply.text().contains("Your DMs are closed to me"), "{}", reply.text());
        story.until("2026-03-24 12:10").await;
        story.run(&ben, "/checkin edit").await;
        let reply = ben.fills(&[(FINISHED, "the label printers")]).await.expect("saved");
        assert!(!reply.text().contains("DMs"), "said once: {}", reply.text());
        story.stage.sim.open_dms(ben.id());
        story.until("2026-03-25 12:00").await;
        assert_eq!(story.asked(&ben).len(), 0, "not tried until asked");
        story.run(&ben, "/help").await;
        ben.clicks("Try my DMs again").await.expect("there");
        story.until("2026-03-26 12:00").await;
        assert_eq!(story.asked(&ben).len(), 1, "{}", ben.inbox().text());
        assert_eq!(refused(&story), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_channel_is_told_to_the_admin_and_loses_no_answer() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        let (ann, ben) = (story.person("Ann"), story.person("Ben"));
        story.until("2026-03-22 19:00").await;
        assert!(story.stage.sim.delete_channel(channel(&story, "checkout")));
        story.until("2026-03-23 09:31").await;
        let reply = story.checks_in(&ben, &[(FINISHED, "the label printer")]).await;
        assert!(reply.text().starts_with("Saved for Monday 23 March"), "{}", reply.text());
        story.until("2026-03-23 20:00").await;
        let told = troubles(&story, &ann);
        assert_eq!(told.len(), 1, "once a day: {told:#?}");
        assert!(told[0].ends_with("Please choose another channel in the squad's settings."), "{told:#?}");
        ann.goes_to("lab").expect("there");
        story.run(&ann, "/squad edit squad:Checkout channel:#lab").await;
        story.until("2026-03-24 10:00").await;
        assert!(story.day_message(&ann, "lab", "check-ins of Tuesday 24 March").is_some());
        assert_eq!(troubles(&story, &ann).len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_admin_hears_once_a_day_which_permission_is_missing() {
    let cases = [
        (permission::SEND_MESSAGES, "post a message", "Please allow me **Send Messages**"),
        (permission::VIEW_CHANNEL, "post a message", "Please allow me **View Channel**"),
        (permission::CREATE_PUBLIC_THREADS, "open a thread", "Please allow me **Create Public Threads**"),
    ];
    for (denied, what, remedy) in cases {
        let story = Story::with_squad().await;
        let (ann, ben) = (story.person("Ann"), story.person("Ben"));
        story.until("2026-03-22 19:00").await;
        story.stage.sim.deny_bot(channel(&story, "checkout"), denied);
        for (index, day) in ["23", "24"].into_iter().enumerate() {
            story.until(&format!("2026-03-{day} 09:31")).await;
            let reply = story.checks_in(&ben, &[(FINISHED, day)]).await;
            assert!(reply.text().starts_with("Saved for "), "{}", reply.text());
            story.until(&format!("2026-03-{day} 20:00")).await;
            let told = troubles(&story, &ann);
            assert_eq!(told.len(), index + 1, "one a day: {told:#?}");
            let last = &told[index];
            assert!(last.starts_with(&format!("I couldn't {what} in #checkout: ")) && last.contains(remedy), "{last}");
        }
        story.stage.sim.allow(channel(&story, "checkout"), story.stage.sim.bot_user_id(), denied);
        story.until("2026-03-25 09:31").await;
        let day = story.day_message(&ann, "checkout", "check-ins of Wednesday 25 March").expect("there again");
        assert!(day.thread.is_some());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_the_day_that_was_deleted_is_posted_anew() {
    let story = monday().await;
    let (ann, ben, cyd) = (story.person("Ann"), story.person("Ben"), story.person("Cyd"));
    story.checks_in(&ben, &[(FINISHED, "the label printer")]).await;
    story.until("2026-03-23 09:31").await;
    let gone = today(&story);
    assert!(story.stage.sim.delete_message(gone.channel, gone.id));
    assert!(story.day_messages(&ann, "checkout").is_empty());
    story.checks_in(&cyd, &[(FINISHED, "the route plan")]).await;
    story.until("2026-03-23 09:40").await;
    assert_eq!(story.day_messages(&ann, "checkout").len(), 1);
    let day = today(&story).text();
    assert!(day.contains("the label printer") && day.contains("the route plan"), "{day}");
    assert_eq!(story.thread_posts(&ann, "Monday 23 March").len(), 2, "the thread goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thread_that_was_archived_takes_the_next_answer() {
    let story = monday().await;
    let (ann, ben, cyd) = (story.person("Ann"), story.person("Ben"), story.person("Cyd"));
    story.checks_in(&ben, &[(FINISHED, "the label printer")]).await;
    story.until("2026-03-23 09:31").await;
    story.stage.sim.archive_thread(today(&story).thread.expect("a thread"), false);
    story.checks_in(&cyd, &[(FINISHED, "the route plan")]).await;
    story.until("2026-03-23 09:40").await;
    assert_eq!(story.thread_posts(&ann, "Monday 23 March").len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thread_that_was_deleted_is_opened_again() {
    let story = monday().await;
    let (ann, ben, cyd) = (story.person("Ann"), story.person("Ben"), story.person("Cyd"));
    story.checks_in(&ben, &[(FINISHED, "the label printer")]).await;
    story.until("2026-03-23 09:31").await;
    assert!(story.stage.sim.delete_channel(today(&story).thread.expect("a thread")));
    story.checks_in(&cyd, &[(FINISHED, "the route plan")]).await;
    story.until("2026-03-23 09:50").await;
    let posts = story.thread_posts(&ann, "Monday 23 March");
    assert_eq!(posts.len(), 1, "{posts:#?}");
    assert!(posts[0].contains("the route plan"), "{posts:#?}");
}

/// Everybody was asked once, and each answer stands once in the thread.
pub(crate) async fn all_is_there_once(story: &Story) {
    for name in NAMES {
        let person = story.person(name);
        let prompts = story.dms(&person).iter().filter(|seen| seen.content.starts_with("Morning, ")).count();
        assert_eq!(prompts, 1, "{name}: {}", person.inbox().text());
        story.checks_in(&person, &[(FINISHED, &format!("{name}'s work"))]).await;
    }
    story.until("2026-03-23 11:00").await;
    let ann = story.person("Ann");
    let posts = story.thread_posts(&ann, "Monday 23 March");
    assert_eq!(posts.len(), 4, "{posts:#?}");
    assert_eq!(story.day_messages(&ann, "checkout").len(), 1);
    for name in NAMES {
        assert_eq!(posts.iter().filter(|post| post.contains(&format!("{name}'s work"))).count(), 1, "{posts:#?}");
        assert!(today(story).text().contains(&format!("{name}'s work")), "{}", today(story).text());
    }
    assert_eq!(troubles(story, &ann), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discord_that_fails_for_a_while_gets_everything_in_the_end() {
    for status in [500, 502, 503, 504] {
        let story = Story::with_squad().await;
        story.stage.sim.fault(Fault::http("POST", "/messages", FaultKind::FailBefore(status)).times(7));
        story.until("2026-03-23 09:45").await;
        all_is_there_once(&story).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_requests_are_waited_out() {
    let story = Story::with_squad().await;
    story.stage.sim.fault(Fault::http("POST", "/messages", FaultKind::FailBefore(429)).times(5));
    story.until("2026-03-23 09:45").await;
    all_is_there_once(&story).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_whose_answer_was_lost_is_not_sent_twice() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        story.stage.sim.fault(Fault::http("POST", "/messages", FaultKind::DropAfterAccept).times(12));
        story.until("2026-03-23 09:50").await;
        all_is_there_once(&story).await;
        let ledger = story.stage.sim.ledger();
        assert!(ledger.iter().any(|entry| entry.repeat), "some were repeated, and Discord knew them");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_whose_answer_was_lost_shows_what_came_meanwhile() {
    // After eight losses Discord has forgotten the nonce, and the message is looked for.
    for (engine, losses) in engines().into_iter().flat_map(|engine| [(engine, 1), (engine, 8)]) {
        let story = Story::with_squad_on(engine).await;
        story.until("2026-03-23 09:29").await;
        // Four people are asked, and the squad has its message.
        story.stage.sim.fault(Fault::http("POST", "/messages", FaultKind::DropAfterAccept).times(5 * losses));
        story.until("2026-03-23 09:30").await;
        for name in NAMES {
            story.checks_in(&story.person(name), &[(FINISHED, &format!("{name}'s work"))]).await;
        }
        story.until("2026-03-23 10:00").await;
        let ledger = story.stage.sim.ledger();
        let channel = story.channel("checkout").to_string();
        assert!(ledger.iter().any(|entry| entry.repeat && entry.ids.get("channel") == Some(&channel)), "{losses}");
        assert_eq!(story.day_messages(&story.person("Ann"), "checkout").len(), 1, "{losses}");
        for name in NAMES {
            assert!(today(&story).text().contains(&format!("{name}'s work")), "{losses}: {}", today(&story).text());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_whose_answer_was_lost_is_shown_all_the_same() {
    let story = monday().await;
    story.stage.sim.fault(Fault::http("PATCH", "/messages/", FaultKind::DropAfterAccept).times(3));
    all_is_there_once(&story).await;
}
