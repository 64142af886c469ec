//! Other people's Discord libraries as bots on the simulator, each with its own rate limiter on. What
//! they do on Discord they must be able to do here; `simulator/README.md` has the table of what they
//! did, which this test writes with `WRITE_DOCUMENTS=1` and else compares.
//!
//! `script/test` installs the libraries and says where they are, in `CLIENTS_NODE_MODULES` and
//! `CLIENTS_PYTHON`. Without them their column is left out, and said to be.

mod abilities;
mod client;
mod interactions;
mod limits;
mod messages;
mod reader;
mod serenity;
mod stage;
mod table;
mod tap;

use std::env;

use client::Client;
use stage::Stage;
use table::Column;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_libraries_do_here_what_they_do_on_discord() {
    let (discordjs, discordpy, serenity) = tokio::join!(discordjs(), discordpy(), serenity());
    table::judge(&[discordjs, discordpy, serenity]);
}

/// discord.js, on node.
async fn discordjs() -> Column {
    let name = "discord.js 14";
    let Some(modules) = env::var_os("CLIENTS_NODE_MODULES") else {
        return table::skipped(name, "CLIENTS_NODE_MODULES");
    };
    let stage = Stage::set(|tap, sim| {
        let mut node = client::command("node", "discordjs/client.js");
        node.env("NODE_PATH", modules).env("API", format!("{}/api", tap.url())).env("TOKEN", sim.token());
        Client::start(node)
    });
    abilities::prove_all(name, stage.await).await
}

/// discord.py, on Python.
async fn discordpy() -> Column {
    let name = "discord.py 2";
    let Some(python) = env::var_os("CLIENTS_PYTHON") else {
        return table::skipped(name, "CLIENTS_PYTHON");
    };
    let stage = Stage::set(|tap, sim| {
        let mut python = client::command(python, "discordpy/client.py");
        python.env("API", format!("{}/api/v10", tap.url())).env("TOKEN", sim.token());
        python.env("GATEWAY", sim.url().replacen("http", "ws", 1));
        Client::start(python)
    });
    abilities::prove_all(name, stage.await).await
}

/// serenity, in this process.
async fn serenity() -> Column {
    abilities::prove_all("serenity 0.12", Stage::set(serenity::start).await).await
}
