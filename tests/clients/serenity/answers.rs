//! How the bot on serenity answers interactions.

use ::serenity::all::{
    ActionRowComponent, AutocompleteChoice, ButtonStyle, CommandInteraction, ComponentInteraction,
    ComponentInteractionDataKind, Context, CreateActionRow, CreateAttachment, CreateAutocompleteResponse, CreateButton,
    CreateInputText, CreateInteractionResponse as Response, CreateInteractionResponseFollowup as FollowUp,
    CreateInteractionResponseMessage as Text, CreateModal, CreateSelectMenu, CreateSelectMenuKind,
    CreateSelectMenuOption, EditInteractionResponse as Edit, InputTextStyle, Interaction, ResolvedTarget,
    ResolvedValue,
};
use anyhow::{Context as _, Result, bail};

fn text(content: impl Into<String>) -> Response {
    Response::Message(Text::new().content(content))
}

fn privately(content: impl Into<String>) -> Response {
    Response::Message(Text::new().content(content).ephemeral(true))
}

pub(super) async fn answer(ctx: &Context, interaction: Interaction) -> Result<()> {
    match interaction {
        Interaction::Command(it) => command(ctx, &it).await,
        Interaction::Component(it) => control(ctx, &it).await,
        Interaction::Autocomplete(it) => {
            let typed = it.data.autocomplete().context("nothing is typed")?.value.to_lowercase();
            let fitting =
                ["Apple", "Apricot", "Banana"].into_iter().filter(|name| name.to_lowercase().starts_with(&typed));
            let choices = fitting.map(|name| AutocompleteChoice::new(name, name.to_lowercase())).collect();
            let choices = CreateAutocompleteResponse::new().set_choices(choices);
            Ok(it.create_response(ctx, Response::Autocomplete(choices)).await?)
        }
        Interaction::Modal(it) => {
            let Some(ActionRowComponent::InputText(name)) = it.data.components[0].components.first() else {
                bail!("the modal came without its field");
            };
            let name = name.value.clone().unwrap_or_default();
            Ok(it.create_response(ctx, text(format!("Hello, {name}."))).await?)
        }
        _ => bail!("an interaction of an unknown kind"),
    }
}

async fn command(ctx: &Context, it: &CommandInteraction) -> Result<()> {
    let say = |response| it.create_response(ctx, response);
    match it.data.name.as_str() {
        "now" => say(text("Here I am.")).await?,
        "local" => say(text("Only in this server.")).await?,
        "secret" => say(privately("Only for you.")).await?,
        "later" => {
            it.defer(ctx).await?;
            it.edit_response(ctx, Edit::new().content("Here it is.")).await?;
        }
        "hidden" => {
            it.defer_ephemeral(ctx).await?;
            it.edit_response(ctx, Edit::new().content("Here it is, in private.")).await?;
        }
        "choose" => say(Response::Message(Text::new().content("Choose.").components(choice()))).await?,
        "form" => {
            let name = CreateInputText::new(InputTextStyle::Short, "Name", "name");
            let modal = CreateModal::new("form", "A form").components(vec![CreateActionRow::InputText(name)]);
            say(Response::Modal(modal)).await?;
        }
        "file" => {
            let file = CreateAttachment::bytes(b"forty-two", "answer.txt");
            say(Response::Message(Text::new().content("A file.").add_file(file))).await?;
        }
        "fruit" | "read" | "facts" => say(text(facts(it).await?)).await?,
        "rework" => {
            say(text("Draft")).await?;
            let draft = it.get_response(ctx).await?.content;
            it.edit_response(ctx, Edit::new().content(format!("{draft}, reworked"))).await?;
            let more = it.create_followup(ctx, FollowUp::new().content("More").ephemeral(true)).await?;
            it.edit_followup(ctx, more.id, FollowUp::new().content("More, reworked")).await?;
        }
        "vanish" => {
            say(text("Gone soon")).await?;
            it.delete_response(ctx).await?;
            it.create_followup(ctx, FollowUp::new().content("It is gone.")).await?;
        }
        _ => match it.data.target().context("there is no such command")? {
            ResolvedTarget::Message(message) => say(text(format!("> {}", message.content))).await?,
            ResolvedTarget::User(user, _) => say(text(format!("Hello, {}!", user.display_name()))).await?,
            _ => bail!("a target of an unknown kind"),
        },
    }
    Ok(())
}

/// What the options of a command say.
async fn facts(it: &CommandInteraction) -> Result<String> {
    let mut words = Vec::new();
    for option in it.data.options() {
        words.push(match option.value {
            ResolvedValue::String(kind) => format!("You like {kind}."),
            ResolvedValue::Attachment(paper) => format!("It says: {}", String::from_utf8(paper.download().await?)?),
            ResolvedValue::User(user, _) => user.display_name().to_owned(),
            ResolvedValue::Channel(channel) => channel.name.clone().unwrap_or_default(),
            ResolvedValue::Role(role) => role.name.clone(),
            ResolvedValue::Integer(number) => number.to_string(),
            ResolvedValue::Number(number) => number.to_string(),
            ResolvedValue::Boolean(sure) => sure.to_string(),
            other => bail!("an option that nobody asked for: {other:?}"),
        });
    }
    Ok(words.join(" "))
}

fn choice() -> Vec<CreateActionRow> {
    let yes = CreateButton::new("yes").label("Yes");
    let wait = CreateButton::new("wait").label("Wait").style(ButtonStyle::Secondary);
    let options = ["Red", "Blue"].map(|name| CreateSelectMenuOption::new(name, name.to_lowercase())).to_vec();
    let colour = CreateSelectMenu::new("colour", CreateSelectMenuKind::String { options }).placeholder("Colour");
    vec![CreateActionRow::Buttons(vec![yes, wait]), CreateActionRow::SelectMenu(colour)]
}

async fn control(ctx: &Context, it: &ComponentInteraction) -> Result<()> {
    match &it.data.kind {
        ComponentInteractionDataKind::StringSelect { values } => {
            it.create_response(ctx, privately(format!("You chose {}.", values.join(", ")))).await?;
        }
        _ if it.data.custom_id == "yes" => {
            let said = Text::new().content("You said yes.").components(Vec::new());
            it.create_response(ctx, Response::UpdateMessage(said)).await?;
        }
        _ => {
            it.create_response(ctx, Response::Acknowledge).await?;
            it.edit_response(ctx, Edit::new().content("You waited.")).await?;
        }
    }
    Ok(())
}
