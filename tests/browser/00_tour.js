/* Every page there is, filled with what is hard to show: at three widths, by
 * day and by night, with a picture of each, and looked at by axe-core. */
'use strict';
const fs = require('fs');
const path = require('path');
const { checkPage } = require('./page');
const { TOP } = require('./harness');

const KIT = path.join(TOP, 'build/browser');
const AXE = fs.readFileSync(
    path.join(KIT, 'node_modules/axe-core/axe.min.js'), 'utf8');
const SIZES = [[360, 740], [768, 1024], [1440, 900]];
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa',
    'best-practice'];
const PASSWORD = 'correct horse';
const LONG = 'Donaudampfschifffahrtsgesellschaftskapitaenswitwenverein';
const YAML = path.join(TOP, 'tests/data/mapper/'
    + '04-anchors-merge-duplicate-device-names.yaml');

/* [name of the pictures, path, status] for nobody, before anything is there */
const EMPTY = [
    ['empty-home', '/'], ['empty-channels', '/channels'],
    ['empty-journal', '/journal'], ['empty-documents', '/documents'],
];

/* for nobody */
const STRANGER = [
    ['home', '/'], ['home-refused', '/?api_key=0000000000000000'],
    ['channels', '/channels'], ['channel-public', '/channels/1'],
    ['export-public', '/channels/1/export'],
    ['embed-public', '/channels/1/embed'],
    ['frame', '/channels/1/charts/1?export=true&title=' + LONG + LONG],
    ['frame-sized', '/channels/1/charts/2?width=300&height=200&bgcolor=123'],
    ['wall', '/?view=wall'], ['wall-channel', '/channels/1?view=wall'],
    ['private', '/channels/2', 403], ['missing', '/nothing/here', 404],
    ['missing-channel', '/channels/99', 404],
    ['register', '/auth/register'], ['login', '/auth/login'],
    ['journal', '/journal'], ['post', '/journal/1'],
    ['mapper', '/tools/mapper'], ['recent', '/showrecent'],
];

/* for the owner, who is an administrator */
const OWNER = [
    ['own-home', '/'], ['own-channels', '/channels'],
    ['own-channel', '/channels/1'],
    ['own-channel-all', '/channels/1?range=all'],
    ['own-channel-new', '/channels/3'],
    ['channel-create', '/channels/create'],
    ['connect', '/channels/1/connect'],
    ['channel-edit', '/channels/1/edit'], ['keys', '/channels/1/keys'],
    ['devices', '/channels/1/devices'],
    ['devices-none', '/channels/2/devices'],
    ['import', '/channels/1/import'],
    ['imported', '/channels/1/import?stored=3&known=2'],
    ['export', '/channels/1/export'], ['embed', '/channels/2/embed'],
    ['clear', '/channels/1/clear'],
    ['clear-nothing', '/channels/3/clear'],
    ['delete', '/channels/1/delete'], ['account', '/account'],
    ['account-close', '/account/close'], ['accounts', '/accounts'],
    ['accounts-one', '/accounts/2'], ['accounts-own', '/accounts/1'],
    ['own-journal', '/journal'],
    ['journal-found', '/journal?q=tin'],
    ['journal-channel', '/journal?channel=1'],
    ['journal-nothing', '/journal?q=zzz'],
    ['journal-removed', '/journal/removed'],
    ['post-create', '/journal/create'],
    ['post-update', '/journal/1/update'], ['documents', '/documents'],
];

/* Readings, a station, a device: what a channel has when it is in use. */
async function fillChannels(s)
{
    const open = s.channel('anna', `Garden & ${LONG} <b>`,
        ['Outside:°C', 'Humidity:%', LONG, 'Sky', 'Note', 'Empty'],
        '--public', '--description', `Behind the house. ${LONG}`);
    const key = open.write_key;

    s.channel('anna', 'Cellar', ['Damp']);
    s.channel('anna', 'Loft', []);
    for (const value of ['21.5', '22.25', '-3'])
        await s.send(`/update?api_key=${key}&field1=${value}&field2=40`
            + `&field3=123456789.123456789&field4=Clouds&field5=`
            + encodeURIComponent('All is well, as far as anybody can see '
                + 'from here, and the wind is low. ' + LONG));
    for (const name of ['6c:rf:7f:2b:0e:g8', LONG])
        await s.send(`/update/API_key=${key}/mac=${name}/field=1/data=19.8`);
    s.do(['device', 'add', '--channel', '1', '--mac', LONG]);
}

async function fillJournal(p)
{
    const body = 'From https://example.org/tin?a=1&b=2 it came.\n\n'
        + `${LONG}${LONG}${LONG}\n`.repeat(3);

    for (const [title, channel] of [['A tin roof', ''],
        [`${LONG} ${LONG}`, ''], ['First frost', '1'], ['Gone', '']]) {
        await p.go('/journal/create');
        await p.fill('Title', title);
        await p.fill('Text', body);
        await p.page.locator('#channel').selectOption(channel);
        if (channel)
            await p.fillMoment('Moment', '2025-11-20T06:30:15');
        await p.clickButton('Save');
    }
    await p.go('/journal/4/update');
    await p.clickButton('Delete');
}

async function fillDocuments(p)
{
    await p.go('/tools/mapper');
    await p.pickFile('YAML file', 'a.yaml', fs.readFileSync(YAML, 'utf8'));
    await p.clickButton('Upload');
    return p.path();
}

/* A page as it is now, in all sizes and both lights. By night nothing but the
 * colours differs. */
async function look(page, name)
{
    const where = new URL(page.url()).pathname;

    for (const light of ['light', 'dark']) {
        const night = light === 'dark';

        await page.emulateMedia({ colorScheme: light });
        for (const [width, height] of SIZES) {
            await page.setViewportSize({ width, height });
            await checkPage(page);
            if (!night || width === 360)
                await page.screenshot({ fullPage: true, path: path.join(KIT,
                    'shots', `${name}-${width}-${light}.png`) });
        }
        const found = await page.evaluate((rules) => axe.run({
            runOnly: rules, resultTypes: ['violations'],
        }), night ? ['color-contrast'] : RULES);
        const said = found.violations.map((v) => `${v.id} (${v.help}): `
            + v.nodes.slice(0, 2).map((n) => n.html.slice(0, 160)
                + ' ' + n.failureSummary).join(' | '));

        if (said.length)
            throw new Error(`${where}, ${light}: ${said.join('; ')}`);
    }
}

/* A context of its own: the pages allow no script, not even axe-core's. */
async function guide(t)
{
    const p = await t.person({ bypassCSP: true });

    await p.context.addInitScript(AXE);
    return p;
}

async function visit(t, p, list)
{
    for (const [name, where, status] of list)
        await t.check(name, async () => {
            await p.go(where, status);
            await look(p.page, name);
        });
}

/* What a form says when something is wrong, and what is folded away. */
async function states(t, p)
{
    const step = (name, does) => t.check(name, async () => {
        await does();
        await look(p.page, name);
    });

    await step('keys-open', async () => {
        await p.go('/channels/1/keys');
        for (const summary of await p.page.locator('summary').all())
            await summary.click();
    });
    await step('home-open', async () => {
        await p.go('/');
        await p.unfold('Open a private channel');
    });
    await step('home-edit', async () => {
        await p.go('/home/edit');
        for (const label of ['Outside', LONG, 'Damp'])
            await p.tick(label);
        await p.clickButton('Save the cards');
    });
    await step('channel-create-flash', async () => {
        await p.go('/channels/create');
        await p.fill('Name', 'x');
        await p.unfold('Place, time zone');
        await p.fill('Latitude', 'north');
        await p.clickButton('Create');
    });
    await step('mapper-flash', async () => {
        await p.go('/tools/mapper');
        await p.pickFile('YAML file', 'a.yaml', 'users:\n  a: [1\n');
        await p.clickButton('Upload');
    });
    await step('import-flash', async () => {
        await p.go('/channels/1/import');
        await p.pickFile('CSV file, at most 16 MiB', 'a.csv',
            'created_at,field1\nyesterday,1\n2025-01-01T00:00:00Z,2\n');
        await p.clickButton('Import');
    });
    await step('account-flash', async () => {
        await p.go('/account');
        await p.fill('Present password', 'x');
        await p.fill('New password', 'y');
        await p.clickButton('Change password');
    });
    await step('login-flash', async () => {
        await p.clickButton('Log Out');
        await p.logIn('nobody', 'x');
    });
}

exports.ways = ['mouse'];
exports.stories = {
    'before anything is there': async (t) => {
        await visit(t, await guide(t), EMPTY);
    },
    'a newcomer': async (t) => {
        const anna = await guide(t);

        t.server.account('anna', PASSWORD);
        t.server.account('bert', PASSWORD);
        await anna.logIn('anna', PASSWORD);
        await visit(t, anna, [['newcomer-home', '/'],
            ['newcomer-channels', '/channels']]);
        t.server.channel('bert', 'Theirs', ['Damp'], '--public');
        await visit(t, anna, [['newcomer-home-others', '/']]);
        t.server.channel('anna', `Hut ${LONG}`, ['Outside:°C', LONG, 'Sky']);
        await visit(t, anna, [['connect-waiting', '/channels/2/connect']]);
        for (const device of ['MicroPython', 'Arduino', 'ESPHome', 'Tasmota'])
            await t.check(`connect-${device.toLowerCase()}`, async () => {
                await anna.unfold(device);
                await look(anna.page, `connect-${device.toLowerCase()}`);
            });
    },
    'every page': async (t) => {
        t.server.account('anna', PASSWORD, '--admin');
        t.server.account(LONG, PASSWORD);
        await fillChannels(t.server);
        const anna = await guide(t);

        await anna.logIn('anna', PASSWORD);
        await fillJournal(anna);
        const document = await fillDocuments(anna);

        await visit(t, await guide(t), STRANGER);
        await visit(t, anna, [...OWNER, ['document', document]]);
        await states(t, anna);
    },
};
