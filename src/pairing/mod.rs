//! Coffee: who meets whom, as well as it can be.
//!
//! All of it is a pure function of its [`Round`]: [`plan`] gives the groups of a round, of two people each, and of
//! three where somebody would be left out.
//!
//! # What is chosen
//!
//! No group holds two people of whom one asked never to meet the other, and none is of one organisation alone,
//! unless there is just one or the partnership wants it. Among all groupings that are left, the best has the least
//! of these, each of which comes before all after it ([`Score`]):
//!
//! 1. people who are left out,
//! 2. groups of three,
//! 3. pairs of colleagues (only a group of three can hold one, or where colleagues are wanted),
//! 4. pairs who have met before,
//! 5. how recently they have: 24 divided by the rounds since,
//! 6. pairs whose hours don't share an hour,
//! 7. quarters of an hour that hours share less than two hours,
//! 8. people who were in a group of three or left out in the last round, and are so again,
//! 9. what the rounds after this one would miss (`ahead`),
//! 10. chance, from the seed.
//!
//! A group of three counts as its three pairs. The parts are added up in one number with a unit for each part that is
//! more than all there can be of the parts after it (`case`).
//!
//! # How it is found
//!
//! Up to twelve people: each grouping is looked at (`exact`). Above: a matching of least cost (`matching`), which
//! is best of all as far as pairs go; whoever it leaves over is put together with other groups, and these are grouped
//! anew in the best way, until nothing gets better (`groups`). Above 64 people the matching is given the twelve
//! best partners of each at first; its prices say which other pairs might have been better, and those are added until
//! there are none. So thinning the graph costs time and nothing else; where it stops after a number of tries, or
//! where there are groups of three, [`Score::at_most_better`] says how far from the best the plan can be.

mod ahead;
mod case;
mod exact;
mod groups;
mod input;
mod json;
mod matching;
mod plan;
mod simulate;
mod times;

#[cfg(test)]
mod tests;

pub use input::{Hours, MOST, Person, Round};
pub use plan::{LeftOut, Plan, Reason, Score, plan};
pub use simulate::{Figures, Setting, simulate};
pub use times::{DAYS_AHEAD, times};
