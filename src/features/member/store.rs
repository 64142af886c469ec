//! The `member` table.

use chrono::{DateTime, NaiveTime, Utc};
use chrono_tz::Tz;

use crate::error::Result;
use crate::partnership::{OrganisationId, PartnershipId, UserId};
use crate::storage::{Db, Tx};

use super::model::{Contact, Member, Membership};

type Row = (i64, String, Option<String>, Option<String>, Option<i64>, String, String);

fn member((user, name, zone, prompt_at, organisation, membership, contact): Row) -> Member {
    let sure = if membership == "agreed" { Membership::Agreed } else { Membership::Asked };
    Member {
        user: UserId(user),
        name,
        zone: zone.and_then(|zone| zone.parse::<Tz>().ok()),
        prompt_at: prompt_at.and_then(|time| NaiveTime::parse_from_str(&time, "%H:%M").ok()),
        organisation: organisation.map(|id| (OrganisationId(id), sure)),
        contact: Contact::parse(&contact),
    }
}

/// One member. Somebody who left the server is none.
pub async fn get(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Option<Member>> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT person, name, zone, prompt_at, organisation, membership, contact FROM member \
         WHERE partnership = $1 AND person = $2 AND left_at IS NULL",
    )
    .bind(partnership.0)
    .bind(user.0)
    .fetch_optional(db)
    .await?;
    Ok(row.map(member))
}

/// All members of a partnership, by id.
pub async fn all(db: &mut Db, partnership: PartnershipId) -> Result<Vec<Member>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT person, name, zone, prompt_at, organisation, membership, contact FROM member \
         WHERE partnership = $1 AND left_at IS NULL ORDER BY person",
    )
    .bind(partnership.0)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(member).collect())
}

/// Records a person as a member, or their present name: the member they are now. Somebody who came
/// back is a member again.
pub async fn ensure(
    tx: &mut Tx,
    partnership: PartnershipId,
    user: UserId,
    name: &str,
    now: DateTime<Utc>,
) -> Result<Member> {
    let row: Row = sqlx::query_as(
        "INSERT INTO member (partnership, person, name, membership, contact, created_at) VALUES ($1, $2, $3, 'none', 'new', $4) \
         ON CONFLICT (partnership, person) DO UPDATE SET name = excluded.name, left_at = NULL \
         RETURNING person, name, zone, prompt_at, organisation, membership, contact",
    )
    .bind(partnership.0)
    .bind(user.0)
    .bind(name)
    .bind(now.timestamp_millis())
    .fetch_one(&mut **tx)
    .await?;
    Ok(member(row))
}

/// Sets the home zone.
pub async fn set_zone(tx: &mut Tx, partnership: PartnershipId, user: UserId, zone: Tz) -> Result<()> {
    set(
        tx,
        "UPDATE member SET zone = $3 WHERE partnership = $1 AND person = $2",
        partnership,
        user,
        Some(zone.name().to_owned()),
    )
    .await
}

/// Sets the member's own time to be asked; `None` follows the squad.
pub async fn set_prompt_at(tx: &mut Tx, partnership: PartnershipId, user: UserId, at: Option<NaiveTime>) -> Result<()> {
    let at = at.map(|at| at.format("%H:%M").to_string());
    set(tx, "UPDATE member SET prompt_at = $3 WHERE partnership = $1 AND person = $2", partnership, user, at).await
}

/// Records what they said at first contact.
pub async fn set_contact(tx: &mut Tx, partnership: PartnershipId, user: UserId, contact: Contact) -> Result<()> {
    let contact = Some(contact.as_str().to_owned());
    set(tx, "UPDATE member SET contact = $3 WHERE partnership = $1 AND person = $2", partnership, user, contact).await
}

async fn set(
    tx: &mut Tx,
    sql: &'static str,
    partnership: PartnershipId,
    user: UserId,
    value: Option<String>,
) -> Result<()> {
    sqlx::query(sql).bind(partnership.0).bind(user.0).bind(value).execute(&mut **tx).await?;
    Ok(())
}

/// Sets the organisation and how sure it is; `None` takes it away.
pub async fn set_organisation(
    tx: &mut Tx,
    partnership: PartnershipId,
    user: UserId,
    organisation: Option<(OrganisationId, Membership)>,
) -> Result<()> {
    let membership = match organisation {
        None => "none",
        Some((_, Membership::Asked)) => "asked",
        Some((_, Membership::Agreed)) => "agreed",
    };
    sqlx::query("UPDATE member SET organisation = $3, membership = $4 WHERE partnership = $1 AND person = $2")
        .bind(partnership.0)
        .bind(user.0)
        .bind(organisation.map(|(id, _)| id.0))
        .bind(membership)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Notes that somebody left the server.
pub async fn leave(tx: &mut Tx, partnership: PartnershipId, user: UserId, now: DateTime<Utc>) -> Result<()> {
    sqlx::query("UPDATE member SET left_at = $3 WHERE partnership = $1 AND person = $2 AND left_at IS NULL")
        .bind(partnership.0)
        .bind(user.0)
        .bind(now.timestamp_millis())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Everybody who is or was a member: who, their agreed organisation, and when they left the server.
pub async fn everybody(
    db: &mut Db,
    partnership: PartnershipId,
) -> Result<Vec<(UserId, Option<OrganisationId>, Option<DateTime<Utc>>)>> {
    let rows: Vec<(i64, Option<i64>, String, Option<i64>)> = sqlx::query_as(
        "SELECT person, organisation, membership, left_at FROM member WHERE partnership = $1 ORDER BY person",
    )
    .bind(partnership.0)
    .fetch_all(db)
    .await?;
    let one = |(user, organisation, membership, left): (i64, Option<i64>, String, Option<i64>)| {
        let agreed = organisation.filter(|_| membership == "agreed").map(OrganisationId);
        (UserId(user), agreed, left.and_then(DateTime::from_timestamp_millis))
    };
    Ok(rows.into_iter().map(one).collect())
}

/// Whether somebody is a member of another partnership. The one question that looks across, for how a
/// person is reached is kept once.
pub async fn is_elsewhere(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<bool> {
    let (count,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM member WHERE person = $2 AND partnership <> $1")
        .bind(partnership.0)
        .bind(user.0)
        .fetch_one(db)
        .await?;
    Ok(count > 0)
}

/// Removes a member's row.
pub async fn erase(tx: &mut Tx, partnership: PartnershipId, user: UserId) -> Result<()> {
    sqlx::query("DELETE FROM member WHERE partnership = $1 AND person = $2")
        .bind(partnership.0)
        .bind(user.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
