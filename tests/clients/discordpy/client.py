"""A bot on discord.py. It answers interactions by itself, and does what it is asked on its standard
input, a JSON object a line. For each line it says on its standard output what it saw, or what went wrong."""

import asyncio
import io
import json
import logging
import os
import sys
import traceback

import discord
import yarl
from discord import app_commands

discord.http.Route.BASE = os.environ["API"]
# To this one it goes back when its session isn't valid any more.
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["GATEWAY"])

intents = discord.Intents.default()
intents.members = True
intents.message_content = True
client = discord.AutoShardedClient(intents=intents, chunk_guilds_at_startup=False)
tree = app_commands.CommandTree(client)


def say(line):
    print(json.dumps(line), flush=True)


def text_file(name, text):
    return discord.File(io.BytesIO(text.encode()), filename=name)


@tree.command()
async def now(it: discord.Interaction):
    """Try now"""
    await it.response.send_message("Here I am.")


@tree.command()
async def secret(it: discord.Interaction):
    """Try secret"""
    await it.response.send_message("Only for you.", ephemeral=True)


@tree.command()
async def later(it: discord.Interaction):
    """Try later"""
    await it.response.defer()
    await it.edit_original_response(content="Here it is.")


@tree.command()
async def hidden(it: discord.Interaction):
    """Try hidden"""
    await it.response.defer(ephemeral=True)
    await it.followup.send("Here it is, in private.")


class Choice(discord.ui.View):
    @discord.ui.button(label="Yes", style=discord.ButtonStyle.primary)
    async def yes(self, it: discord.Interaction, _):
        await it.response.edit_message(content="You said yes.", view=None)

    @discord.ui.button(label="Wait")
    async def wait_a_little(self, it: discord.Interaction, _):
        await it.response.defer()
        await it.edit_original_response(content="You waited.")

    @discord.ui.select(placeholder="Colour", row=1, options=[
        discord.SelectOption(label="Red", value="red"), discord.SelectOption(label="Blue", value="blue"),
    ])
    async def colour(self, it: discord.Interaction, select: discord.ui.Select):
        await it.response.send_message(f"You chose {', '.join(select.values)}.", ephemeral=True)


@tree.command()
async def choose(it: discord.Interaction):
    """Try choose"""
    await it.response.send_message("Choose.", view=Choice())


class Form(discord.ui.Modal, title="A form"):
    name = discord.ui.Label(text="Name", component=discord.ui.TextInput())

    async def on_submit(self, it: discord.Interaction):
        await it.response.send_message(f"Hello, {self.name.component.value}.")


@tree.command()
async def form(it: discord.Interaction):
    """Try form"""
    await it.response.send_modal(Form())


@tree.command()
async def fruit(it: discord.Interaction, kind: str):
    """Try fruit"""
    await it.response.send_message(f"You like {kind}.")


@fruit.autocomplete("kind")
async def kinds(_, typed: str):
    fitting = [name for name in ("Apple", "Apricot", "Banana") if name.lower().startswith(typed.lower())]
    return [app_commands.Choice(name=name, value=name.lower()) for name in fitting]


@tree.command()
async def file(it: discord.Interaction):
    """Try file"""
    await it.response.send_message("A file.", file=text_file("answer.txt", "forty-two"))


@tree.command()
async def read(it: discord.Interaction, paper: discord.Attachment):
    """Try read"""
    await it.response.send_message(f"It says: {(await paper.read()).decode()}")


@tree.command()
async def facts(
    it: discord.Interaction, who: discord.Member, where: discord.TextChannel, role: discord.Role, count: int,
    share: float, sure: bool,
):
    """Try facts"""
    words = [who.display_name, where.name, role.name, count, share, str(sure).lower()]
    await it.response.send_message(" ".join(str(word) for word in words))


@tree.command()
async def rework(it: discord.Interaction):
    """Try rework"""
    await it.response.send_message("Draft")
    draft = await it.original_response()
    await it.edit_original_response(content=f"{draft.content}, reworked")
    more = await it.followup.send("More", ephemeral=True, wait=True)
    await more.edit(content="More, reworked")


@tree.command()
async def vanish(it: discord.Interaction):
    """Try vanish"""
    await it.response.send_message("Gone soon")
    await it.delete_original_response()
    await it.followup.send("It is gone.")


@tree.context_menu(name="Quote")
async def quote(it: discord.Interaction, message: discord.Message):
    await it.response.send_message(f"> {message.content}")


@tree.context_menu(name="Greet")
async def greet(it: discord.Interaction, member: discord.Member):
    await it.response.send_message(f"Hello, {member.display_name}!")


@tree.error
async def on_trouble(_, error):
    say({"trouble": "".join(traceback.format_exception(error))})


@client.event
async def on_error(event, *_):
    say({"trouble": f"{event}: {traceback.format_exc()}"})


# What it is asked for. `it` is the whole line, with the ids of what is meant.


async def channel_of(it):
    return await client.fetch_channel(int(it["channel"]))


async def message_of(it):
    return await (await channel_of(it)).fetch_message(int(it["message"]))


async def register_many(_):
    return {"names": [one.name for one in await tree.sync()]}


async def register_one(it):
    application, server, http = client.application_id, int(it["server"]), client.http
    place = discord.Object(server)

    # The library keeps a tree of commands; a single one is registered through its HTTP client.
    async def only_here(it: discord.Interaction):
        await it.response.send_message("Only in this server.")

    local = app_commands.Command(name="local", description="Try local", callback=only_here)
    tree.add_command(local, guild=place)
    gone = await http.upsert_guild_command(application, server, {"name": "gone", "description": "Try gone", "type": 1})
    made = await http.upsert_guild_command(application, server, local.to_dict(tree))
    await http.edit_guild_command(application, server, made["id"], {"description": "Only here"})
    await http.delete_guild_command(application, server, gone["id"])
    return {"commands": [f"{one.name}: {one.description}" for one in await tree.fetch_commands(guild=place)]}


async def read_servers(_):
    servers = {}
    async for listed in client.fetch_guilds():
        server = await client.fetch_guild(listed.id)
        servers[server.name] = {
            "channels": sorted(one.name for one in await server.fetch_channels()),
            "roles": sorted(one.name for one in await server.fetch_roles()),
        }
    return {"servers": servers}


async def read_members(it):
    server = client.get_guild(int(it["server"]))

    def names(members):
        return sorted(member.display_name for member in members)

    return {
        "listed": names([member async for member in server.fetch_members()]),
        "chunk": names(await server.chunk()),
        "one": (await server.fetch_member(int(it["person"]))).display_name,
    }


async def read_history(it):
    place = await channel_of(it)
    newest = [one async for one in place.history(limit=2)]
    older = [one async for one in place.history(limit=100, before=newest[-1])]
    return {"texts": [one.content for one in reversed(newest + older)]}


async def send(it):
    embed = discord.Embed(title="News", description="All is well.", colour=0x336699)
    embed.add_field(name="Since", value="today")
    place = await channel_of(it)
    sent = await place.send("Read this", embed=embed, file=text_file("news.txt", "all is well"))
    return {"message": str(sent.id), "size": sent.attachments[0].size, "title": sent.embeds[0].title}


async def reply(it):
    return {"message": str((await (await message_of(it)).reply("An answer")).id)}


async def edit(it):
    edited = await (await message_of(it)).edit(content="Read that", embeds=[], attachments=[])
    return {"text": edited.content, "embeds": len(edited.embeds), "files": len(edited.attachments)}


async def delete(it):
    await (await message_of(it)).delete()


async def pin(it):
    message = await message_of(it)
    await message.pin()
    pinned = [str(one.id) async for one in message.channel.pins()]
    await message.unpin()
    return {"pinned": pinned}


async def thread(it):
    message = await message_of(it)
    opened = await message.create_thread(name="About it", auto_archive_duration=60)
    await opened.send("In the thread")
    await opened.add_user(discord.Object(int(it["person"])))
    members = [str(one.id) for one in await opened.fetch_members()]
    aside = await message.channel.create_thread(name="Aside", type=discord.ChannelType.private_thread)
    return {"thread": str(opened.id), "members": members, "archived": (await aside.edit(archived=True)).archived}


async def forum_post(it):
    post = await (await channel_of(it)).create_thread(name="An idea", content="What if?")
    first = await post.thread.fetch_message(post.thread.id)
    return {"thread": str(post.thread.id), "first": first.content}


async def dm(it):
    sent = await (await client.fetch_user(int(it["person"]))).send("Just between us")
    return {"message": str(sent.id)}


async def react(it):
    message = await message_of(it)
    await message.add_reaction("👍")
    await message.add_reaction("✅")
    await message.remove_reaction("✅", client.user)
    return {"reactions": [one.emoji for one in (await message_of(it)).reactions]}


async def refused(it):
    try:
        await (await channel_of(it)).send("x" * 2001)
    except discord.HTTPException as error:
        return {"code": error.code, "status": error.status}


async def tell_heard(_):
    return {"heard": heard}


async def tell_answered(_):
    return {"answered": answered}


async def tell_sessions(_):
    return {"resumed": resumed, "identified": identified}


async def say_texts(it):
    place = await channel_of(it)
    await asyncio.gather(*(place.send(text) for text in it["texts"]))


TASKS = {
    "register_many": register_many, "register_one": register_one, "read_servers": read_servers,
    "read_members": read_members, "read_history": read_history, "send": send, "reply": reply, "edit": edit,
    "delete": delete, "pin": pin, "thread": thread, "forum_post": forum_post, "dm": dm, "react": react,
    "refused": refused, "heard": tell_heard, "answered": tell_answered, "resumed": tell_sessions, "say": say_texts,
}

heard = []
answered = []
resumed = 0
identified = 0


@client.event
async def on_app_command_completion(_, command):
    answered.append(command.name)


@client.event
async def on_message(message):
    if not message.author.bot:
        heard.append(f"{message.guild.name if message.guild else 'DM'}: {message.content}")


@client.event
async def on_raw_reaction_add(reaction):
    if reaction.user_id != client.user.id:
        heard.append(f"reaction {reaction.emoji}")


@client.event
async def on_shard_resumed(_):
    global resumed
    resumed += 1


@client.event
async def on_shard_connect(_):
    global identified
    identified += 1


async def do(line):
    it = json.loads(line)
    ability = it["ability"]
    try:
        say({"ability": ability, "ok": True, "saw": await TASKS[ability](it) or {}})
    except Exception:
        say({"ability": ability, "ok": False, "error": traceback.format_exc()})


async def main():
    discord.utils.setup_logging(level=logging.WARNING)
    async with client:
        running = asyncio.create_task(client.start(os.environ["TOKEN"]))
        ready = asyncio.create_task(client.wait_until_ready())
        await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            return say({"ability": "log_in", "ok": False, "error": repr(running.exception())})
        servers = sorted(server.name for server in client.guilds)
        say({"ability": "log_in", "ok": True, "saw": {
            "bot": client.user.name, "shards": len(client.shards), "servers": servers,
        }})
        loop = asyncio.get_running_loop()
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            await do(line)


asyncio.run(main())
