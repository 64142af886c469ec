//! Discord's own words, to hold a bot and a simulated Discord against.
//!
//! Two inspectors for [`simulator::Options::inspectors`]. [`Contract`] reads Discord's OpenAPI
//! description, whose path stands in `DISCORD_OPENAPI`, and checks every request and every answer.
//! [`Reader`] is a client of its own kind: what serenity can't read, nobody may be told.
//!
//! ```no_run
//! let options = simulator::Options { inspectors: contract::for_bots(), ..Default::default() };
//! ```

mod corrections;
mod description;
mod inspector;
mod reader;
mod reason;

use std::sync::Arc;

use simulator::Inspector;

pub use description::Description;
pub use inspector::{Contract, Refusals};
pub use reader::Reader;

/// Inspectors for the tests of a bot: it may ask for nothing that Discord would refuse as malformed.
pub fn for_bots() -> Vec<Arc<dyn Inspector>> {
    inspectors(Refusals::Wrong)
}

/// Inspectors for the tests of the simulator, whose clients are wrong on purpose: what it refuses
/// isn't judged, only how.
pub fn for_the_simulator() -> Vec<Arc<dyn Inspector>> {
    inspectors(Refusals::Expected)
}

fn inspectors(refusals: Refusals) -> Vec<Arc<dyn Inspector>> {
    let contract = Contract::new(Description::from_environment(), refusals);
    vec![Arc::new(contract), Arc::new(Reader)]
}
