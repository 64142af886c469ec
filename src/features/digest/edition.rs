//! A digest of one week for one reader, with all that can be made of it.

use std::collections::BTreeMap;

use crate::error::Result;
use crate::outbox;
use crate::partnership::text::message_link;
use crate::partnership::{File, Message, PartnershipId, UserId};
use crate::picture;
use crate::picture::week::Week as Glance;
use crate::storage::Db;

use super::model::{About, Figures, Measure, Week};
use super::policy::Ask;
use super::read::Common;
use super::view::files::{self, Drawn, Measured};
use super::view::{self, Digest};
use super::{glance, view::people::people, view::squad::squad, view::whole::whole};

/// A digest of a week, made for a reader.
#[derive(Clone, Debug)]
pub struct Edition {
    /// What it is about.
    pub about: About,
    /// What that is called.
    pub name: String,
    /// The week.
    pub week: Week,
    /// What it says.
    pub digest: Digest,
    /// What it asks for.
    pub asks: Vec<Ask>,
    /// Where its figures come from, as small print.
    pub foot: String,
    /// The week at a glance, where there is a picture of it.
    pub glance: Option<Glance>,
    /// Its figures, of this week and of the one before.
    pub figures: Vec<Measured>,
}

impl Edition {
    /// Makes one. `before` is what the last one asked for.
    pub async fn make(
        db: &mut Db,
        common: &mut Common,
        (about, week): (About, Week),
        reader: UserId,
        before: &[Ask],
    ) -> Result<Self> {
        let now_and_then = |figures: &dyn Fn(Week) -> Figures| [week.before(), week].map(|week| (week, figures(week)));
        let (name, digest, asks, foot, glance, figures) = match about {
            About::Squad(id) => {
                let facts = common.squad(db, id, week, reader).await?;
                let digest = squad(&facts, &common.around, before, reader);
                let foot = view::window(week, facts.last(), facts.squad.zone);
                let glance = Some(glance::week(&facts, &common.around)).filter(|glance| !glance.is_empty());
                (
                    facts.squad.name.clone(),
                    digest,
                    facts.asks(reader),
                    foot,
                    glance,
                    now_and_then(&|week| facts.figures(week)),
                )
            }
            About::Organisation(id) => {
                let facts = common.people(db, id, week, reader).await?;
                let last = facts.now.with_timezone(&facts.zone).date_naive().min(week.sunday());
                let foot = view::window(week, last, facts.zone);
                let digest = people(&facts, &common.around, before);
                (
                    facts.organisation.name.clone(),
                    digest,
                    facts.asks(),
                    foot,
                    None,
                    now_and_then(&|week| facts.figures(week)),
                )
            }
            About::Partnership => {
                let facts = common.whole(db, week).await?;
                let last = facts.now.with_timezone(&facts.zone).date_naive().min(week.sunday());
                let foot = view::window(week, last, facts.zone);
                (
                    facts.name.clone(),
                    whole(&facts, &common.around),
                    Vec::new(),
                    foot,
                    None,
                    now_and_then(&|week| facts.figures(week)),
                )
            }
        };
        let links = links(db, common.around.partnership, &digest).await?;
        let figures = figures.into_iter().flat_map(|(week, known)| measured(week, &known)).collect();
        Ok(Self { about, name, week, digest: digest.linked(&links), asks, foot, glance, figures })
    }

    /// The picture, drawn: that takes some milliseconds, so it isn't done in a transaction.
    pub fn drawn(&self) -> Result<Option<Drawn>> {
        let Some(glance) = &self.glance else { return Ok(None) };
        let png = picture::png(&picture::week::week(glance))?;
        Ok(Some(Drawn { png, alt: picture::week::described(glance) }))
    }

    /// As a message with its picture, and with a button for each thing that it asks for.
    pub fn message(&self, partnership: PartnershipId) -> Result<Message> {
        let mut message = view::message(&self.digest, &self.foot, partnership, self.about, self.week);
        if let Some(Drawn { png, alt }) = self.drawn()? {
            message.files.push(File { name: "week.png".to_owned(), bytes: png, alt });
        }
        Ok(message)
    }

    /// As files, for people who aren't on Discord: Markdown, one page of HTML, the picture, and the figures.
    pub fn files(&self) -> Result<Vec<File>> {
        let name = format!("digest-{}", self.week.monday());
        let drawn = self.drawn()?;
        let image = format!("{name}.png");
        let picture = drawn.as_ref().map(|drawn| (image.as_str(), drawn.alt.as_str()));
        let markdown = files::markdown(&self.digest, &self.foot, picture);
        let page = files::html(&self.digest, &self.foot, drawn.as_ref());
        let named: Vec<(String, Measured)> = self.figures.iter().map(|one| (self.name.clone(), *one)).collect();
        let csv = files::csv(&named);
        let file =
            |end: &str, bytes: Vec<u8>, alt: &str| File { name: format!("{name}.{end}"), bytes, alt: alt.to_owned() };
        let mut all = vec![
            file("md", markdown.into_bytes(), "The digest as Markdown"),
            file("html", page.into_bytes(), "The digest as a page"),
            file("csv", csv.into_bytes(), "Its figures"),
        ];
        if let Some(Drawn { png, alt }) = drawn {
            all.push(file("png", png, &alt));
        }
        Ok(all)
    }
}

/// The figures of a week as they are exported. What is about people is there also where it is withheld, without a value.
fn measured(week: Week, known: &Figures) -> Vec<Measured> {
    let told = |measure: &&Measure| known.contains_key(measure) || **measure == Measure::CheckIns;
    Measure::ALL.iter().filter(told).map(|measure| (week, *measure, known.get(measure).copied())).collect()
}

/// Links to all that a digest leads to.
async fn links(db: &mut Db, partnership: PartnershipId, digest: &Digest) -> Result<BTreeMap<String, String>> {
    let mut links = BTreeMap::new();
    for key in digest.sources() {
        if let Some((channel, Some(message), _)) = outbox::place(db, partnership, &key).await? {
            links.insert(key, message_link(partnership, channel, message));
        }
    }
    Ok(links)
}
