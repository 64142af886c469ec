'use strict';
// A bot on discord.js. It answers interactions by itself, and does what it is asked on its standard
// input, a JSON object a line. For each line it says on its standard output what it saw, or what went wrong.

const readline = require('node:readline');
const {
  ActionRowBuilder, ApplicationCommandOptionType: Option, ApplicationCommandType, AttachmentBuilder, ButtonBuilder,
  ButtonStyle, Client, EmbedBuilder, Events, GatewayIntentBits, LabelBuilder, MessageFlags, ModalBuilder, Partials,
  StringSelectMenuBuilder, TextInputBuilder, TextInputStyle,
} = require('discord.js');

const client = new Client({
  intents: [
    GatewayIntentBits.Guilds, GatewayIntentBits.GuildMembers, GatewayIntentBits.GuildMessages,
    GatewayIntentBits.MessageContent, GatewayIntentBits.GuildMessageReactions, GatewayIntentBits.DirectMessages,
  ],
  partials: [Partials.Channel],
  rest: { api: process.env.API },
  shards: 'auto',
});

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const textFile = (name, text) => new AttachmentBuilder(Buffer.from(text), { name });
const privately = (content) => ({ content, flags: MessageFlags.Ephemeral });
const option = (type, name, more = {}) => ({ type, name, description: name, ...more });
const slash = (name, options = []) => ({ name, description: `Try ${name}`, options });

const COMMANDS = [
  slash('now'), slash('secret'), slash('later'), slash('hidden'), slash('choose'), slash('form'), slash('file'),
  slash('rework'), slash('vanish'),
  slash('fruit', [option(Option.String, 'kind', { autocomplete: true, required: true })]),
  slash('read', [option(Option.Attachment, 'paper', { required: true })]),
  slash('facts', [
    option(Option.User, 'who', { required: true }), option(Option.Channel, 'where', { required: true }),
    option(Option.Role, 'role', { required: true }), option(Option.Integer, 'count', { required: true }),
    option(Option.Number, 'share', { required: true }), option(Option.Boolean, 'sure', { required: true }),
  ]),
  { name: 'Quote', type: ApplicationCommandType.Message },
  { name: 'Greet', type: ApplicationCommandType.User },
];

const commands = {
  now: (it) => it.reply('Here I am.'),
  local: (it) => it.reply('Only in this server.'),
  secret: (it) => it.reply(privately('Only for you.')),
  later: async (it) => {
    await it.deferReply();
    await it.editReply('Here it is.');
  },
  hidden: async (it) => {
    await it.deferReply({ flags: MessageFlags.Ephemeral });
    await it.editReply('Here it is, in private.');
  },
  choose: (it) => {
    const yes = new ButtonBuilder().setCustomId('yes').setLabel('Yes').setStyle(ButtonStyle.Primary);
    const wait = new ButtonBuilder().setCustomId('wait').setLabel('Wait').setStyle(ButtonStyle.Secondary);
    const colour = new StringSelectMenuBuilder().setCustomId('colour').setPlaceholder('Colour')
      .addOptions({ label: 'Red', value: 'red' }, { label: 'Blue', value: 'blue' });
    return it.reply({
      content: 'Choose.',
      components: [new ActionRowBuilder().addComponents(yes, wait), new ActionRowBuilder().addComponents(colour)],
    });
  },
  form: (it) => {
    const name = new TextInputBuilder().setCustomId('name').setStyle(TextInputStyle.Short);
    const label = new LabelBuilder().setLabel('Name').setTextInputComponent(name);
    return it.showModal(new ModalBuilder().setCustomId('form').setTitle('A form').addLabelComponents(label));
  },
  fruit: (it) => it.reply(`You like ${it.options.getString('kind')}.`),
  file: (it) => it.reply({ content: 'A file.', files: [textFile('answer.txt', 'forty-two')] }),
  read: async (it) => {
    const response = await fetch(it.options.getAttachment('paper').url);
    await it.reply(`It says: ${await response.text()}`);
  },
  facts: (it) => it.reply([
    it.options.getMember('who').displayName, it.options.getChannel('where').name, it.options.getRole('role').name,
    it.options.getInteger('count'), it.options.getNumber('share'), it.options.getBoolean('sure'),
  ].join(' ')),
  rework: async (it) => {
    await it.reply('Draft');
    const { content } = await it.fetchReply();
    await it.editReply(`${content}, reworked`);
    const more = await it.followUp(privately('More'));
    await it.webhook.editMessage(more.id, 'More, reworked');
  },
  vanish: async (it) => {
    await it.reply('Gone soon');
    await it.deleteReply();
    await it.followUp('It is gone.');
  },
  Quote: (it) => it.reply(`> ${it.targetMessage.content}`),
  Greet: (it) => it.reply(`Hello, ${it.targetMember.displayName}!`),
};

const controls = {
  yes: (it) => it.update({ content: 'You said yes.', components: [] }),
  wait: async (it) => {
    await it.deferUpdate();
    await it.editReply({ content: 'You waited.' });
  },
  colour: (it) => it.reply(privately(`You chose ${it.values.join(', ')}.`)),
};

function suggest(it) {
  const typed = it.options.getFocused().toLowerCase();
  const fitting = ['Apple', 'Apricot', 'Banana'].filter((name) => name.toLowerCase().startsWith(typed));
  return it.respond(fitting.map((name) => ({ name, value: name.toLowerCase() })));
}

function answer(it) {
  if (it.isAutocomplete()) return suggest(it);
  if (it.isModalSubmit()) return it.reply(`Hello, ${it.fields.getTextInputValue('name')}.`);
  return it.isMessageComponent() ? controls[it.customId](it) : commands[it.commandName](it);
}

// What it is asked for. `it` is the whole line, with the ids of what is meant.
const channel = (it) => client.channels.fetch(it.channel);
const message = async (it) => (await channel(it)).messages.fetch(it.message);

const tasks = {
  register_many: async () => ({ names: (await client.application.commands.set(COMMANDS)).map((one) => one.name) }),
  register_one: async (it) => {
    const scope = (await client.guilds.fetch(it.server)).commands;
    const gone = await scope.create(slash('gone'));
    const local = await scope.create(slash('local'));
    await scope.edit(local.id, { description: 'Only here' });
    await scope.delete(gone.id);
    return { commands: (await scope.fetch()).map((one) => `${one.name}: ${one.description}`) };
  },
  read_servers: async () => {
    const servers = {};
    for (const [id] of await client.guilds.fetch()) {
      const server = await client.guilds.fetch({ guild: id, force: true });
      const channels = (await server.channels.fetch()).map((one) => one.name).sort();
      const roles = (await server.roles.fetch()).map((one) => one.name).sort();
      servers[server.name] = { channels, roles };
    }
    return { servers };
  },
  read_members: async (it) => {
    const server = client.guilds.cache.get(it.server);
    const listed = await server.members.list({ limit: 100 });
    const one = await server.members.fetch({ user: it.person, force: true });
    const asked = await server.members.fetch();
    const names = (some) => some.map((member) => member.displayName).sort();
    return { listed: names(listed), chunk: names(asked), one: one.displayName };
  },
  read_history: async (it) => {
    const place = await channel(it);
    const found = await place.messages.fetch({ limit: 2 });
    const older = await place.messages.fetch({ limit: 100, before: found.lastKey() });
    return { texts: [...found.values(), ...older.values()].map((one) => one.content).reverse() };
  },
  send: async (it) => {
    const embed = new EmbedBuilder().setTitle('News').setDescription('All is well.')
      .addFields({ name: 'Since', value: 'today' }).setColor(0x336699);
    const sent = await (await channel(it)).send({
      content: 'Read this', embeds: [embed], files: [textFile('news.txt', 'all is well')],
    });
    return { message: sent.id, size: sent.attachments.first().size, title: sent.embeds[0].title };
  },
  reply: async (it) => ({ message: (await (await message(it)).reply('An answer')).id }),
  edit: async (it) => {
    const edited = await (await message(it)).edit({ content: 'Read that', embeds: [], attachments: [] });
    return { text: edited.content, embeds: edited.embeds.length, files: edited.attachments.size };
  },
  delete: async (it) => { await (await message(it)).delete(); },
  pin: async (it) => {
    const place = await channel(it);
    await (await message(it)).pin();
    const pinned = await place.messages.fetchPins();
    await (await message(it)).unpin();
    return { pinned: pinned.items.map((one) => one.message.id) };
  },
  thread: async (it) => {
    const thread = await (await message(it)).startThread({ name: 'About it', autoArchiveDuration: 60 });
    await thread.send('In the thread');
    await thread.members.add(it.person);
    const members = (await thread.members.fetch()).map((one) => one.id);
    const aside = await (await channel(it)).threads.create({ name: 'Aside', type: 12 });
    await aside.setArchived(true);
    return { thread: thread.id, members, archived: aside.archived };
  },
  forum_post: async (it) => {
    const post = await (await channel(it)).threads.create({ name: 'An idea', message: { content: 'What if?' } });
    return { thread: post.id, first: (await post.fetchStarterMessage()).content };
  },
  dm: async (it) => {
    const sent = await (await client.users.fetch(it.person)).send('Just between us');
    return { message: sent.id };
  },
  react: async (it) => {
    const one = await message(it);
    await one.react('👍');
    await one.react('✅');
    await one.reactions.resolve('✅').users.remove(client.user.id);
    return { reactions: (await one.fetch(true)).reactions.cache.map((it) => it.emoji.name) };
  },
  refused: async (it) => {
    try {
      await (await channel(it)).send('x'.repeat(2001));
    } catch (error) {
      return { code: error.code, status: error.status };
    }
    return {};
  },
  heard: () => ({ heard }),
  answered: () => ({ answered }),
  resumed: () => ({ resumed, identified }),
  say: async (it) => {
    const place = await channel(it);
    await Promise.all(it.texts.map((text) => place.send(text)));
  },
  look: async (it) => { await client.guilds.fetch({ guild: it.server, force: true }); },
};

const heard = [];
const answered = [];
let resumed = 0;
let identified = 0;
client.on(Events.MessageCreate, (it) => {
  if (!it.author.bot) heard.push(`${it.inGuild() ? it.guild.name : 'DM'}: ${it.content}`);
});
client.on(Events.MessageReactionAdd, (reaction, user) => {
  if (user.id !== client.user.id) heard.push(`reaction ${reaction.emoji.name}`);
});
client.on(Events.ShardResume, () => { resumed += 1; });
client.on(Events.ShardReady, () => { identified += 1; });
client.on(Events.InteractionCreate, async (it) => {
  try {
    await answer(it);
    answered.push(it.commandName);
  } catch (error) {
    say({ trouble: `${it.commandName ?? it.customId}: ${error.stack}` });
  }
});
client.on(Events.Error, (error) => say({ trouble: String(error) }));
client.once(Events.ClientReady, () => {
  say({
    ability: 'log_in',
    ok: true,
    saw: { bot: client.user.username, shards: client.ws.shards.size, servers: client.guilds.cache.map((it) => it.name).sort() },
  });
});

readline.createInterface({ input: process.stdin })
  .on('line', async (line) => {
    const it = JSON.parse(line);
    try {
      say({ ability: it.ability, ok: true, saw: (await tasks[it.ability](it)) ?? {} });
    } catch (error) {
      say({ ability: it.ability, ok: false, error: String(error.stack) });
    }
  })
  .on('close', () => process.exit(0));

client.login(process.env.TOKEN).catch((error) => {
  say({ ability: 'log_in', ok: false, error: String(error.stack) });
});
