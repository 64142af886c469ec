//! `digest` and `export measures`: a week for people who aren't on Discord, and its figures for a spreadsheet.

use anyhow::{Context, bail};
use chrono::NaiveDate;

use crate::clock::Clock;
use crate::config::Config;
use crate::features::digest::edition::Edition;
use crate::features::digest::model::{About, Week};
use crate::features::digest::read::Common;
use crate::features::digest::view::files;
use crate::features::digest::zone_of;
use crate::features::squad;
use crate::features::squad::model::Squad;
use crate::partnership::{NOBODY, PartnershipId};
use crate::storage::Db;

use super::arguments::{DigestOf, MeasuresOf};
use super::print;
use super::stored::{self, said, write, write_or_print};

/// The week that somebody names: by any of its dates, or as `2026-W14`.
pub(super) fn week(text: &str) -> Result<NaiveDate, String> {
    let numbered = || NaiveDate::parse_from_str(&format!("{text}-1"), "%G-W%V-%u").ok();
    let date = text.parse().ok().or_else(numbered);
    date.ok_or_else(|| "name a week by one of its dates, such as 2026-03-30, or as 2026-W14".to_owned())
}

/// Writes a squad's digest, or the partnership's, into a folder.
pub(super) async fn make(config: &Config, of: &DigestOf) -> anyhow::Result<()> {
    let edition = stored::read(config, async |db| {
        let partnership = stored::partnership(db, of.partnership.as_deref()).await?;
        let squad = match &of.squad {
            Some(name) => Some(named(db, partnership, name).await?),
            None => None,
        };
        let now = Clock::system().now();
        let (about, reader) = squad.map_or((About::Partnership, NOBODY), |squad| (About::Squad(squad.id), squad.lead));
        let zone = zone_of(db, partnership, about).await.map_err(said)?;
        let today = now.with_timezone(&zone).date_naive();
        let week = of.week.map_or_else(|| Week::told_on(today), Week::of);
        if week.monday() > today {
            bail!("The week of {} hasn't begun yet.", week.monday());
        }
        let mut common = Common::read(db, partnership, now, week).await.map_err(said)?;
        Edition::make(db, &mut common, (about, week), reader, &[]).await.map_err(said)
    })
    .await?;
    std::fs::create_dir_all(&of.out).with_context(|| format!("The folder {} can't be made", of.out.display()))?;
    for file in edition.files().map_err(said)? {
        let path = of.out.join(&file.name);
        write(&path, &file.bytes)?;
        print(&path.display().to_string())?;
    }
    Ok(())
}

/// A squad by its name or number, archived ones too.
async fn named(db: &mut Db, partnership: PartnershipId, name: &str) -> anyhow::Result<Squad> {
    let all = squad::store::with_archived(db, partnership).await.map_err(said)?;
    let found = all.iter().find(|one| one.name.eq_ignore_ascii_case(name) || one.id.to_string() == name);
    if let Some(squad) = found {
        return Ok(squad.clone());
    }
    let there: Vec<&str> = all.iter().map(|one| one.name.as_str()).collect();
    bail!("There is no squad “{name}”. There is: {}.", there.join(", "))
}

/// Writes the figures of all squads and of the partnership, week by week.
pub(super) async fn export(config: &Config, of: &MeasuresOf) -> anyhow::Result<()> {
    let text = stored::read(config, async |db| {
        let partnership = stored::partnership(db, Some(&of.partnership)).await?;
        let now = Clock::system().now();
        let zone = zone_of(db, partnership, About::Partnership).await.map_err(said)?;
        let last = Week::of(now.with_timezone(&zone).date_naive());
        let mut weeks: Vec<Week> =
            std::iter::successors(Some(last), |week| Some(week.before())).take(of.weeks as usize).collect();
        weeks.reverse();
        let mut common = Common::read(db, partnership, now, weeks[0]).await.map_err(said)?;
        let squads = squad::store::with_archived(db, partnership).await.map_err(said)?;
        let mut readers: Vec<(About, crate::partnership::UserId)> =
            squads.iter().map(|one| (About::Squad(one.id), one.lead)).collect();
        readers.push((About::Partnership, NOBODY));
        let mut figures = Vec::new();
        for (about, reader) in readers {
            for week in &weeks {
                let edition = Edition::make(db, &mut common, (about, *week), reader, &[]).await.map_err(said)?;
                let own = edition.figures.into_iter().filter(|(of, _, _)| of == week);
                figures.extend(own.map(|figure| (edition.name.clone(), figure)));
            }
        }
        Ok(files::csv(&figures))
    })
    .await?;
    write_or_print(&of.out, &text)
}
